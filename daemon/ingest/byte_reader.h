// ByteReader: the bytes of a file or of stdin, decompressed on the way.
//
// Gzip and zstd are known by their first bytes, whatever the file is called; joined members and
// frames are read as one. Memory: two small buffers and the window of the compression (at most 128
// MiB for zstd), whatever the size of the file.
//
// With a stop flag a read that waits for a pipe or a terminal ends within a fraction of a second
// after it turns true, as if the stream had ended there.
//
// Threads: one. Ownership: owns the descriptor. Failure: kNotFound or kIo from Open(); kInvalid
// from Read() for damaged or cut compressed data, kIo for the rest.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <string>

#include "detectors/base/result.h"

namespace leaktrip {

class ByteReader {
 public:
  virtual ~ByteReader() = default;
  // "-" is stdin. A folder or a device that cannot be read is an error.
  static Result<std::unique_ptr<ByteReader>> Open(const std::string& path,
                                                  const std::atomic<bool>* stop = nullptr);
  // The same for bytes that come from elsewhere; name is for errors.
  static Result<std::unique_ptr<ByteReader>> Decompress(std::unique_ptr<ByteReader> source,
                                                        const std::string& name);
  // Up to `size` bytes into `buffer`; 0 means the end. Short reads are normal.
  virtual Result<size_t> Read(char* buffer, size_t size) = 0;
};

}  // namespace leaktrip

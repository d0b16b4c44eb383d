// LineReader: a file (plain, gzip, zstd) or stdin as chunks of whole lines.
//
// Chunks follow each other without gap or overlap: chunk by chunk, `bytes` joined is the
// decompressed file. A chunk ends after a newline, except at the end of the file and inside a line
// longer than max_chunk_bytes: such a line is cut, and ends_inside_line says so.
//
//   LineChunk chunk;
//   for (;;) {
//     const auto more = reader->Next(&chunk);   // error: damaged or unreadable, say so
//     if (!more || !*more) break;
//     …
//   }
//
// Threads: one. Ownership: the bytes belong to the reader and live until the next Next(). Memory:
// at most max_chunk_bytes and the decompressor. Failure: as ByteReader; lines before the damage
// have been given out by then.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "daemon/ingest/byte_reader.h"
#include "detectors/base/result.h"

namespace leaktrip {

struct LineChunk {
  std::string_view bytes;   // newlines included
  uint64_t offset = 0;      // of bytes in the decompressed file
  uint64_t first_line = 1;  // number of the line that bytes begins with, from 1
  bool starts_inside_line = false;
  bool ends_inside_line = false;
};

class LineReader {
 public:
  static constexpr size_t kChunkBytes = 256 << 10;
  static constexpr size_t kMaxChunkBytes = 16 << 20;

  // "-" is stdin. chunk_bytes is the usual size of a chunk; one grows to max_chunk_bytes only for
  // a line that long.
  static Result<std::unique_ptr<LineReader>> Open(const std::string& path,
                                                  size_t chunk_bytes = kChunkBytes,
                                                  size_t max_chunk_bytes = kMaxChunkBytes);
  // False at the end of the file.
  Result<bool> Next(LineChunk* chunk);

 private:
  LineReader(std::unique_ptr<ByteReader> bytes, size_t chunk_bytes, size_t max_chunk_bytes);
  Result<void> Fill();

  std::unique_ptr<ByteReader> bytes_;
  size_t chunk_bytes_;
  size_t max_chunk_bytes_;
  std::string buffer_;
  size_t used_ = 0;  // of buffer_, given out with the last chunk
  size_t size_ = 0;  // of buffer_, filled
  uint64_t offset_ = 0;
  uint64_t line_ = 1;
  bool inside_line_ = false;
  bool ended_ = false;
};

// Takes the first line off *text, without its "\n" or "\r\n"; false when nothing is left.
bool TakeLine(std::string_view* text, std::string_view* line);

}  // namespace leaktrip

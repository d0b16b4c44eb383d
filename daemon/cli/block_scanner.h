// BlockScanner: a stream of any length to findings, in memory that does not grow.
//
// The stream is scanned in blocks of about block_bytes, cut at line ends; a line longer than a
// block is scanned in overlapping windows. Each block begins kOverlap before the first byte that is
// still to be judged and ends kOverlap after the last one, so a multi-line finding (a PEM block, up
// to 16 KiB) that crosses the edge of a block is found once and whole.
//
// Threads: one. Ownership: borrows the engine. Failure: the reader's error; what was found before
// it has been given out.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/ingest/byte_reader.h"
#include "detectors/base/result.h"
#include "detectors/leak/engine.h"

namespace leaktrip {

// A finding with its position in the whole stream. Views and references live during the call.
struct PlacedFinding {
  const Finding& finding;  // start and end count from the block
  uint64_t start = 0;      // from the start of the stream, end exclusive
  uint64_t end = 0;
  uint64_t line = 1;
  uint64_t column = 1;  // in bytes
  std::string_view block;
  std::span<const Finding> in_block;  // all findings of the block, to redact what stands beside
};

class BlockScanner {
 public:
  static constexpr size_t kBlockBytes = 1 << 20;
  static constexpr size_t kOverlap = 20 << 10;

  using Sink = std::function<void(const PlacedFinding&)>;
  using Progress = std::function<void(size_t bytes)>;  // bytes newly read

  explicit BlockScanner(Engine* engine, size_t block_bytes = kBlockBytes);

  // Ends early, without an error, when stop turns true; what was read by then is judged.
  Result<void> Scan(ByteReader* reader, Millis now, const std::atomic<bool>& stop, const Sink& sink,
                    const Progress& progress = {});

 private:
  Result<void> Fill(ByteReader* reader, const Progress& progress);
  size_t CutPoint() const;
  void Judge(size_t cut, Millis now, const Sink& sink);
  void Shift(size_t cut);
  void MoveCursor(uint64_t to);

  Engine* engine_;
  std::string buffer_;
  size_t size_ = 0;    // of buffer_, filled
  uint64_t base_ = 0;  // position of buffer_ in the stream
  uint64_t done_ = 0;  // findings that start before it have been given out
  bool ended_ = false;
  // Position up to which lines have been counted, the line it is in and where that line starts.
  uint64_t cursor_ = 0;
  uint64_t line_ = 1;
  uint64_t line_start_ = 0;
  std::vector<Finding> findings_;
};

}  // namespace leaktrip

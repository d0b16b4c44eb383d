// Decoding: what a secret may be wrapped in, undone with a map back to the bytes as written.
//
// One call undoes one layer of a text: percent-encoding, JSON escapes, base64 that holds text. Each
// decoded stretch becomes a segment of its own; the caller scans the segments and may decode them
// again. Decoding runs only where its trigger stands, and every stretch is decoded once, so the
// cost is linear in the text.
//
// Threads: values; any thread.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "detectors/leak/finding.h"

namespace leaktrip {

struct DecodedSegment {
  DecodeStep step = DecodeStep::kPercent;
  size_t source_begin = 0;  // where the encoded stretch stands in the source text
  size_t begin = 0;         // in DecodedText::bytes, end exclusive
  size_t end = 0;
};

struct Span {
  size_t begin = 0;
  size_t end = 0;
};

class DecodedText {
 public:
  std::string bytes;
  std::vector<uint32_t> ends;  // of each segment in bytes: its segments are records
  std::vector<DecodedSegment> segments;

  void Clear();
  // The stretch of the source that the decoded bytes [begin, end) of one segment were written as.
  Span SourceOf(size_t segment, size_t begin, size_t end) const;

 private:
  friend class Decoder;
  // For each decoded byte the offset of its source from source_begin; not kept for base64, which is
  // regular.
  std::vector<uint32_t> sources_;
};

// Appends the decoded stretches of records to *out. record_ends as in Block: empty means that lines
// are records.
void DecodeOnce(std::string_view text, std::span<const uint32_t> record_ends, DecodedText* out);

}  // namespace leaktrip

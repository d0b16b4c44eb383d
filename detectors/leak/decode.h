// Decoding: what a secret may be wrapped in, undone with a map back to the bytes as written.
//
// One call undoes one layer of a text: percent-encoding, JSON and other backslash escapes, HTML
// entities and tags, U+ notation, UTF-16, base64 and hex that hold text, gzip. Each decoded stretch
// becomes a segment of its own; the caller scans the segments and may decode them again. Decoding
// runs only where its trigger stands, every stretch is decoded once and gzip has a budget, so cost
// and memory are linear in the text.
//
// Threads: values; any thread.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "detectors/leak/decode_triggers.h"
#include "detectors/leak/finding.h"

namespace leaktrip {

// How often a text is decoded again: base64, twice, within percent, twice, say.
inline constexpr size_t kMaxLayers = 4;

struct Span {
  size_t begin = 0;
  size_t end = 0;
};

struct DecodedSegment {
  static constexpr size_t kNone = SIZE_MAX;

  DecodeStep step = DecodeStep::kPercent;
  Span source;       // the stretch of the source text that it was decoded from
  size_t begin = 0;  // in DecodedText::bytes, end exclusive
  size_t end = 0;
  // How its bytes map to the source. Without offsets it is base64, after `prefix` bytes as they
  // stand; without even that (gzip), each byte stands for the whole stretch.
  size_t offsets = kNone;  // where its part of the offsets begins
  size_t ends = kNone;     // the same of unit ends, where units have gaps between them
  size_t prefix = 0;
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
  friend class SegmentWriter;
  friend void DecodeOnce(std::string_view, std::span<const uint32_t>, DecodedText*);

  // For each decoded byte, and for the end of its segment, where in the source it was written, from
  // the segment's beginning there.
  std::vector<uint32_t> offsets_;
  std::vector<uint32_t> unit_ends_;
  Triggers triggers_;  // kept for its memory
};

// Appends the decoded stretches of records to *out. record_ends as in Block: empty means that lines
// are records.
void DecodeOnce(std::string_view text, std::span<const uint32_t> record_ends, DecodedText* out);

}  // namespace leaktrip

// The passes of one decoding: each looks for its own encoding in the whole text and appends what it
// decodes. Inside of decode.h.
//
// One thread; nothing outlives the call.
#pragma once

#include <span>
#include <string_view>

#include "detectors/leak/decode.h"

namespace leaktrip {

inline constexpr size_t kMaxStretch = 64 * 1024;  // of one decoded stretch, in encoded bytes

// A text and where its records end, as in Block.
struct DecodeSource {
  std::string_view text;
  std::span<const uint32_t> ends;
};

// The record around a place, for places that only go forward. Without ends a record is a line.
class RecordCursor {
 public:
  explicit RecordCursor(const DecodeSource& source) : text_(source.text), ends_(source.ends) {}
  Span Around(size_t at);

 private:
  Span Line(size_t at);

  std::string_view text_;
  std::span<const uint32_t> ends_;
  size_t next_ = 0;
  Span line_;
};

// Appends one segment at a time to a DecodedText.
class SegmentWriter {
 public:
  explicit SegmentWriter(DecodedText* out) : out_(out) {}

  // A segment of at most `most` bytes.
  void Open(DecodeStep step, size_t source_begin, size_t most);
  // The same, of units between which the source holds other things.
  void OpenGapped(DecodeStep step, size_t source_begin, size_t most);
  void SetStep(DecodeStep step) { open_.step = step; }
  // `c` was written at `source`.
  void Put(char c, size_t source) {
    out_->bytes[at_] = c;
    out_->offsets_[open_.offsets + at_ - open_.begin] =
        static_cast<uint32_t>(source - open_.source.begin);
    ++at_;
  }
  // The same of a gapped segment; the unit ends at source_end.
  void PutUnit(char c, size_t source, size_t source_end);
  // The same in UTF-8; gapped or not.
  void PutCode(uint32_t code, size_t source, size_t source_end);
  // What stands at [begin, end) of the source, as it stands.
  void PutSame(std::string_view text, size_t begin, size_t end);
  void Close(size_t source_end);

  // A whole segment that maps by rule, see DecodedSegment.
  void AddBase64(std::string_view prefix, std::string_view decoded, Span source);
  void AddWhole(DecodeStep step, std::string_view decoded, Span source);

 private:
  DecodedText* out_;
  DecodedSegment open_;
  size_t at_ = 0;  // where Put() writes
};

void DecodePercent(const DecodeSource& source, std::span<const uint32_t> triggers,
                   SegmentWriter* writer);
void DecodeEscapes(const DecodeSource& source, std::span<const uint32_t> triggers,
                   SegmentWriter* writer);
void DecodeEntities(const DecodeSource& source, std::span<const uint32_t> triggers,
                    SegmentWriter* writer);
void DecodeNotation(const DecodeSource& source, std::span<const uint32_t> triggers,
                    SegmentWriter* writer);
// Takes tags and invisible characters out of words.
void DecodeMarkup(const DecodeSource& source, std::span<const uint32_t> triggers,
                  SegmentWriter* writer);
void DecodeUtf16(const DecodeSource& source, SegmentWriter* writer);
void DecodeGzip(const DecodeSource& source, std::span<const uint32_t> triggers,
                SegmentWriter* writer);
// Long words that are base64 or hex of text, of UTF-16 or of gzip.
void DecodeWords(const DecodeSource& source, SegmentWriter* writer);

}  // namespace leaktrip

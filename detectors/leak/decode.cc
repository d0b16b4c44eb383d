#include "detectors/leak/decode.h"

#include <algorithm>
#include <array>

#include "detectors/leak/decode_passes.h"

namespace leaktrip {

void DecodedText::Clear() {
  bytes.clear();
  ends.clear();
  segments.clear();
  offsets_.clear();
  unit_ends_.clear();
}

Span DecodedText::SourceOf(size_t segment, size_t begin, size_t end) const {
  const DecodedSegment& s = segments[segment];
  begin -= s.begin;
  end -= s.begin;
  if (s.offsets != DecodedSegment::kNone) {
    const bool gaps = s.ends != DecodedSegment::kNone && end > begin;
    const size_t last = gaps ? unit_ends_[s.ends + end - 1] : offsets_[s.offsets + end];
    return {s.source.begin + offsets_[s.offsets + begin], s.source.begin + last};
  }
  if (s.step != DecodeStep::kBase64) return s.source;
  // Six bits a character: the first and last one that carry a bit of the span.
  const size_t first = begin < s.prefix ? begin : s.prefix + (begin - s.prefix) * 8 / 6;
  // What reaches to the end takes the padding with it.
  if (s.begin + end == s.end) return {s.source.begin + first, s.source.end};
  const size_t last = end < s.prefix ? end : s.prefix + ((end - s.prefix) * 8 + 5) / 6;
  return {s.source.begin + first, s.source.begin + last};
}

void DecodeOnce(std::string_view text, std::span<const uint32_t> record_ends, DecodedText* out) {
  const DecodeSource source{text, record_ends};
  SegmentWriter writer(out);
  Triggers& triggers = out->triggers_;
  triggers.Clear();
  FindTriggers(text, &triggers);
  DecodePercent(source, triggers.percent, &writer);
  DecodeEscapes(source, triggers.escape, &writer);
  DecodeEntities(source, triggers.entity, &writer);
  DecodeNotation(source, triggers.notation, &writer);
  DecodeMarkup(source, triggers.markup, &writer);
  if (triggers.nul) DecodeUtf16(source, &writer);
  DecodeGzip(source, triggers.gzip, &writer);
  DecodeWords(source, &writer);
}

std::string_view Name(DecodeStep step) {
  constexpr std::array<std::string_view, 10> names = {
      "percent", "json", "base64", "hex", "html", "utf-16", "escape", "unicode", "markup", "gzip"};
  return names[static_cast<size_t>(step)];
}

}  // namespace leaktrip

// Any bytes, decoded layer upon layer: every decoded stretch must map into the text it came from,
// in order, and no layer may be much larger than the one before. The first byte cuts records.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "detectors/leak/decode.h"

namespace leaktrip {
namespace {

void Check(const DecodedText& decoded, std::string_view source) {
  if (decoded.ends.size() != decoded.segments.size()) std::abort();
  for (size_t i = 0; i < decoded.segments.size(); ++i) {
    const DecodedSegment& segment = decoded.segments[i];
    if (segment.begin > segment.end || segment.end != decoded.ends[i]) std::abort();
    size_t last = 0;
    for (size_t at = segment.begin; at < segment.end; ++at) {
      const Span span = decoded.SourceOf(i, at, at + 1);
      if (span.begin < last || span.begin > span.end || span.end > source.size()) std::abort();
      last = span.begin;
    }
  }
}

}  // namespace
}  // namespace leaktrip

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace leaktrip;
  if (size < 2) return 0;
  std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  std::vector<uint32_t> ends;
  if (const uint32_t step = data[0]; step > 0)
    for (uint32_t at = 0; at < text.size();)
      ends.push_back(at = std::min<uint32_t>(at + step, static_cast<uint32_t>(text.size())));
  std::vector<DecodedText> layers(kMaxLayers);
  for (DecodedText& decoded : layers) {
    DecodeOnce(text, ends, &decoded);
    Check(decoded, text);
    if (decoded.bytes.empty()) break;
    text = decoded.bytes;
    ends = decoded.ends;
  }
  return 0;
}

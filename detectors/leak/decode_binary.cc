// UTF-16 and gzip: what stands in bytes that are no text.

#include <zlib.h>

#include <algorithm>
#include <string>

#include "detectors/leak/decode_passes.h"

namespace leaktrip {
namespace {

constexpr size_t kMinUnits = 8;  // of UTF-16; shorter stretches hold no secret worth the name
// Most that is inflated of one member, and of all of a text per byte of it: what gzip holds of
// logs is some ten times as large as it is.
constexpr size_t kMaxInflated = 256 * 1024;
constexpr size_t kInflatedPerByte = 16;

bool IsText(char c) { return (c >= 0x20 && c < 0x7f) || c == '\n' || c == '\r' || c == '\t'; }

// Pairs of a text byte and a NUL, from `begin` on; `high` is where in the pair the NUL stands.
size_t PairsEnd(std::string_view text, size_t begin, size_t high) {
  size_t at = begin;
  while (at + 2 <= text.size() && text[at + high] == '\0' && IsText(text[at + 1 - high])) at += 2;
  return at;
}

size_t PutPairs(std::string_view text, size_t begin, size_t high, SegmentWriter* writer) {
  const size_t end =
      PairsEnd(text.substr(0, std::min(text.size(), begin + kMaxStretch)), begin, high);
  if (end - begin < 2 * kMinUnits) return begin;
  writer->Open(DecodeStep::kUtf16, begin, (end - begin) / 2);
  for (size_t at = begin; at < end; at += 2) writer->Put(text[at + 1 - high], at);
  writer->Close(end);
  return end;
}

// Inflates as much as is there and allowed; what is damaged later on is good until then.
std::string Inflate(std::string_view member, size_t most) {
  std::string out(std::min(most, kMaxInflated), '\0');
  z_stream stream{};
  constexpr int kGzipOnly = 16 + MAX_WBITS;
  if (inflateInit2(&stream, kGzipOnly) != Z_OK) return {};
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(member.data()));
  stream.avail_in = static_cast<uInt>(member.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  inflate(&stream, Z_SYNC_FLUSH);
  out.resize(out.size() - stream.avail_out);
  inflateEnd(&stream);
  return out;
}

}  // namespace

void DecodeUtf16(const DecodeSource& source, SegmentWriter* writer) {
  // Every other byte of a line's end is part of it, so that lines are no records here; a block's
  // own ends are.
  RecordCursor records(source);
  size_t done = 0;
  for (size_t nul = source.text.find('\0'); nul != std::string_view::npos;
       nul = source.text.find('\0', std::max(done, nul + 1))) {
    const Span record = source.ends.empty() ? Span{0, source.text.size()} : records.Around(nul);
    const auto text = source.text.substr(0, record.end);
    const size_t least = std::max(done, record.begin);
    const size_t low = nul > least && IsText(text[nul - 1]) ? nul - 1 : nul;
    size_t end = low < nul ? PutPairs(text, low, 1, writer) : low;
    // Text before the stretch may look like the first half of a pair: then the other order is
    // tried too.
    if (low == nul || end == low || (low > least && IsText(text[low - 1])))
      end = std::max(end, PutPairs(text, nul, 0, writer));
    done = std::max(done, end);
  }
}

void DecodeGzip(const DecodeSource& source, std::span<const uint32_t> triggers,
                SegmentWriter* writer) {
  RecordCursor records(source);
  size_t budget = source.text.size() * kInflatedPerByte;
  for (const size_t at : triggers) {
    // A newline within a member is no line's end.
    const size_t end = source.ends.empty() ? source.text.size() : records.Around(at).end;
    const std::string inflated = Inflate(source.text.substr(at, end - at), budget);
    budget -= std::min(budget, inflated.size());
    if (!inflated.empty()) writer->AddWhole(DecodeStep::kGzip, inflated, {at, end});
  }
}

}  // namespace leaktrip

// Base64 and hex: long words that decode to text.

#include <algorithm>
#include <array>
#include <bit>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "detectors/base/encoding.h"
#include "detectors/leak/context.h"
#include "detectors/leak/decode_passes.h"
#include "detectors/leak/run_finder.h"

namespace leaktrip {
namespace {

constexpr size_t kMinWord = 16;  // shorter ones hold no secret worth the name
constexpr size_t kProbe = 12;    // characters decoded to see whether it is text

bool IsTextByte(char c) { return (c >= 0x20 && c < 0x7f) || c == '\n' || c == '\r' || c == '\t'; }

// How many bytes of `bytes` are text in UTF-8, mostly ASCII.
size_t TextSize(std::string_view bytes) {
  size_t at = 0;
  while (at < bytes.size()) {
    if (IsTextByte(bytes[at])) {
      ++at;
      continue;
    }
    const auto lead = static_cast<uint8_t>(bytes[at]);
    const size_t size = lead >= 0xc2 && lead < 0xe0 ? 2 : lead >= 0xe0 && lead < 0xf0 ? 3 : 0;
    if (size == 0 || at + size > bytes.size()) break;
    const auto tail = bytes.substr(at + 1, size - 1);
    if (!std::all_of(tail.begin(), tail.end(),
                     [](char c) { return (static_cast<uint8_t>(c) & 0xc0) == 0x80; }))
      break;
    at += size;
  }
  return at;
}

// Values of digits by character, 64 for none: words are told by their first ones, and most are none
// of ours, so that this is where the time goes.
struct Digits {
  std::array<uint8_t, 256> base64{}, hex{};
  constexpr Digits() {
    constexpr std::string_view alphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    base64.fill(64);
    hex.fill(64);
    for (size_t i = 0; i < alphabet.size(); ++i)
      base64[static_cast<uint8_t>(alphabet[i])] = static_cast<uint8_t>(i);
    base64['-'] = 62;
    base64['_'] = 63;
    for (uint8_t i = 0; i < 16; ++i) {
      hex[static_cast<uint8_t>("0123456789abcdef"[i])] = i;
      hex[static_cast<uint8_t>("0123456789ABCDEF"[i])] = i;
    }
  }
};
constexpr Digits kDigitsOf;

// Whether the beginning of base64 decodes to ASCII text, to UTF-16 of it or to a gzip header; most
// words are told from it by their first four characters.
bool BeginsLikeText(std::string_view base64) {
  uint32_t text = 0, nul = 0;
  for (size_t i = 0; i + 4 <= base64.size(); i += 4) {
    uint32_t word = 0;
    for (size_t j = 0; j < 4; ++j)
      word = word << 6 | (kDigitsOf.base64[static_cast<uint8_t>(base64[i + j])] & 63U);
    constexpr uint32_t kGzip = 0x1f8b08;
    if (i == 0 && word == kGzip) return true;
    for (const int shift : {16, 8, 0}) {
      const auto byte = static_cast<char>(word >> shift);
      if (IsTextByte(byte))
        ++text;
      else if (byte == '\0')
        ++nul;
      else
        return false;
    }
  }
  return nul == 0 || nul == text || nul + 1 == text || nul == text + 1;
}

// The byte that two hex digits write, or -1.
int HexByte(const char* at) {
  const unsigned high = kDigitsOf.hex[static_cast<uint8_t>(at[0])];
  const unsigned low = kDigitsOf.hex[static_cast<uint8_t>(at[1])];
  return (high | low) >= 64 ? -1 : static_cast<int>(high << 4 | low);
}

class Words {
 public:
  Words(const DecodeSource& source, SegmentWriter* writer)
      : text_(source.text), ends_(source.ends), records_(source), writer_(writer) {}

  void Decode() {
    RunFinder finder(text_, kMinWord);
    for (Run run = finder.Next(); run.begin < run.end; run = finder.Next()) {
      // A run may reach over record ends; each record has its own part of it. No run crosses a
      // line.
      for (size_t begin = run.begin; begin < run.end;) {
        const size_t end = ends_.empty() ? run.end : std::min(run.end, records_.Around(begin).end);
        if (end - begin >= kMinWord) OneRun(begin, end);
        begin = end;
      }
    }
  }

 private:
  // `/`, `-` and `_` belong to the alphabets but also part path segments and names: a run that does
  // not decode to text from its beginning is tried again after the first few of them.
  void OneRun(size_t begin, size_t end) {
    if (begin > 0 && text_[begin - 1] == '\\') ++begin;  // the n of \n
    for (int tries = 0; tries < 4 && end - begin >= kMinWord; ++tries) {
      const size_t part = FindPart(begin, end);
      if (part - begin >= kMinWord && HexStretch(begin, end)) return;
      if (Base64Stretch(begin, std::min(end, begin + kMaxStretch))) return;
      if (part >= end) return;
      begin = part + 1;
    }
  }

  // Where the first `/`, `-` or `_` of [begin, end) stands, or end.
  size_t FindPart(size_t begin, size_t end) const {
#ifdef __SSE2__
    const __m128i slash = _mm_set1_epi8('/'), dash = _mm_set1_epi8('-'), low = _mm_set1_epi8('_');
    for (; begin < end && begin + 16 <= text_.size(); begin += 16) {
      const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text_.data() + begin));
      const __m128i parts =
          _mm_or_si128(_mm_cmpeq_epi8(bytes, slash),
                       _mm_or_si128(_mm_cmpeq_epi8(bytes, dash), _mm_cmpeq_epi8(bytes, low)));
      const auto mask = static_cast<uint32_t>(_mm_movemask_epi8(parts));
      if (mask != 0) return std::min(end, begin + static_cast<size_t>(std::countr_zero(mask)));
    }
#endif
    while (begin < end && !Parts(text_[begin])) ++begin;
    return std::min(begin, end);
  }

  static bool Parts(char c) { return c == '/' || c == '-' || c == '_'; }

  // The name that is given to the value at `at`, with what stands between: kinds without a shape
  // are told by it. It never reaches over a line.
  size_t NameBegin(size_t at) {
    const auto name = NameBefore(text_, at);
    if (name.empty()) return at;
    const auto begin = static_cast<size_t>(name.data() - text_.data());
    return ends_.empty() ? begin : std::max(begin, records_.Around(at).begin);
  }

  bool HexStretch(size_t begin, size_t end) {
    if (end - begin > 2 && text_[begin] == '0' && (text_[begin + 1] == 'x')) begin += 2;
    // Digests and ids have a byte that is no text among their first ones.
    size_t stop = begin;
    for (; stop + 1 < end && stop - begin < kMaxStretch; stop += 2) {
      const int byte = HexByte(text_.data() + stop);
      if (byte < 0) break;
      if (!IsTextByte(static_cast<char>(byte))) return false;
    }
    if (stop - begin < kMinWord || (stop < end && !Parts(text_[stop]))) return false;
    // Decimal numbers are hex of text when each other digit happens to be from 2 to 7; few are
    // long.
    constexpr size_t kLongNumber = 32;
    const auto word = text_.substr(begin, stop - begin);
    if (word.size() < kLongNumber &&
        std::all_of(word.begin(), word.end(), [](char c) { return c >= '0' && c <= '9'; }))
      return false;
    const size_t name = NameBegin(begin);
    writer_->Open(DecodeStep::kHex, name, begin - name + (stop - begin) / 2);
    writer_->PutSame(text_, name, begin);
    for (size_t i = begin; i < stop; i += 2)
      writer_->Put(static_cast<char>(HexByte(text_.data() + i)), i);
    writer_->Close(stop);
    return true;
  }

  bool Base64Stretch(size_t begin, size_t end) {
    if (!BeginsLikeText(text_.substr(begin, kProbe))) return false;
    size_t size = end - begin;
    if (size % 4 == 1) --size;
    auto decoded = Base64Decode(text_.substr(begin, size));
    if (!decoded) return false;
    const bool binary = decoded->find('\0') < 2 || decoded->starts_with("\x1f\x8b");
    size_t good = binary ? decoded->size() : TextSize(*decoded);
    if (good < decoded->size()) {
      // The rest of the run may be the next path segment.
      size_t stop = begin + (good * 8 + 5) / 6;
      while (stop > begin + kMinWord && !Parts(text_[stop])) --stop;
      size = stop - begin;
      good = std::min(good, size * 6 / 8);
      if (!Parts(text_[stop]) || size % 4 == 1 || size < kMinWord) return false;
      decoded->resize(good);
    }
    const size_t name = NameBegin(begin);
    const size_t padded = begin + size + Padding(begin + size, size);
    writer_->AddBase64(text_.substr(name, begin - name), *decoded, {name, padded});
    return true;
  }

  // Of a word of `size` characters that ends at `end`.
  size_t Padding(size_t end, size_t size) const {
    size_t padding = 0;
    while ((size + padding) % 4 != 0 && end + padding < text_.size() && text_[end + padding] == '=')
      ++padding;
    return padding;
  }

  std::string_view text_;
  std::span<const uint32_t> ends_;
  RecordCursor records_;
  SegmentWriter* writer_;
};

}  // namespace

void DecodeWords(const DecodeSource& source, SegmentWriter* writer) {
  Words(source, writer).Decode();
}

}  // namespace leaktrip

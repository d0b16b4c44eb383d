// Base64 and hex: long words that decode to text.

#include <algorithm>

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

// Whether the beginning of base64 decodes to ASCII text, to UTF-16 of it or to a gzip header; most
// words are told from it by their first four characters.
bool BeginsLikeText(std::string_view base64) {
  if (base64.starts_with("H4sI")) return true;
  uint32_t text = 0, nul = 0, count = 0;
  for (size_t i = 0; i + 4 <= base64.size(); i += 4) {
    uint32_t word = 0;
    for (size_t j = 0; j < 4; ++j)
      word = word << 6 | static_cast<uint32_t>(Base64Digit(base64[i + j]) & 63);
    for (const int shift : {16, 8, 0}) {
      const auto byte = static_cast<char>(word >> shift);
      text += IsTextByte(byte) ? 1 : 0;
      nul += byte == '\0' ? 1 : 0;
      ++count;
    }
    if (text + nul < count || (nul > 0 && nul != text && nul + 1 != text && nul != text + 1))
      return false;
  }
  return true;
}

bool IsHex(char c) { return HexDigit(c) >= 0; }

class Words {
 public:
  Words(const DecodeSource& source, SegmentWriter* writer)
      : text_(source.text), ends_(source.ends), records_(source), writer_(writer) {}

  void Decode() {
    for (Run run = NextRun(text_, 0, kMinWord); run.begin < run.end;
         run = NextRun(text_, run.end, kMinWord)) {
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
      if (HexStretch(begin, end) || Base64Stretch(begin, std::min(end, begin + kMaxStretch)))
        return;
      while (begin < end && !Parts(text_[begin])) ++begin;
      ++begin;
      if (begin >= end) return;
    }
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
    while (stop + 1 < end && stop - begin < kMaxStretch && IsHex(text_[stop]) &&
           IsHex(text_[stop + 1])) {
      const int byte = HexDigit(text_[stop]) << 4 | HexDigit(text_[stop + 1]);
      if (!IsTextByte(static_cast<char>(byte))) return false;
      stop += 2;
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
      writer_->Put(static_cast<char>(HexDigit(text_[i]) << 4 | HexDigit(text_[i + 1])), i);
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

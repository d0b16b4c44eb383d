#include "detectors/leak/decode.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "detectors/base/encoding.h"
#include "detectors/leak/char_class.h"
#include "detectors/leak/run_finder.h"

namespace leaktrip {

namespace {

constexpr size_t kMaxStretch = 64 * 1024;  // of one decoded stretch, in encoded bytes
constexpr size_t kMinBase64 = 24;          // shorter runs hold no secret worth the name
constexpr size_t kProbe = 12;              // base64 characters decoded to see whether it is text

// What ends a URL or form value in a log line; percent-encoded text runs between these.
constexpr CharClass kUrlEnd{" \t\r\n\"'<>`\\|"};
// Decoded characters worth a second look: of tokens, and those that part them from their
// surroundings.
constexpr CharClass kTelling{"A-Za-z0-9%+/=_.:&?#\"{}@,;~-"};

bool IsTextByte(char c) { return (c >= 0x20 && c < 0x7f) || c == '\n' || c == '\r' || c == '\t'; }

bool IsText(std::string_view bytes) { return std::all_of(bytes.begin(), bytes.end(), IsTextByte); }

// Whether base64 decodes to text, as far as it goes; most words are told from it by their first
// four characters.
bool BeginsLikeText(std::string_view base64) {
  for (size_t i = 0; i + 4 <= base64.size(); i += 4) {
    uint32_t word = 0;
    for (size_t j = 0; j < 4; ++j)
      word = word << 6 | static_cast<uint32_t>(Base64Digit(base64[i + j]) & 63);
    for (const int shift : {16, 8, 0})
      if (!IsTextByte(static_cast<char>(word >> shift))) return false;
  }
  return true;
}

int PercentByte(std::string_view text, size_t at) {
  if (at + 2 >= text.size()) return -1;
  const int high = HexDigit(text[at + 1]), low = HexDigit(text[at + 2]);
  return high < 0 || low < 0 ? -1 : high << 4 | low;
}

}  // namespace

void DecodedText::Clear() {
  bytes.clear();
  ends.clear();
  segments.clear();
  sources_.clear();
}

Span DecodedText::SourceOf(size_t segment, size_t begin, size_t end) const {
  const DecodedSegment& s = segments[segment];
  if (s.step == DecodeStep::kBase64) {
    // Six bits a character: the first and last one that carry a bit of the span.
    return {s.source_begin + (begin - s.begin) * 8 / 6,
            s.source_begin + ((end - s.begin) * 8 + 5) / 6};
  }
  // sources_ runs in step with bytes, and holds one end mark after each segment.
  const size_t shift = segment;  // the marks before this segment
  return {s.source_begin + sources_[begin + shift], s.source_begin + sources_[end + shift]};
}

// The record around a place, for places that only go forward. Without ends a record is a line.
class RecordCursor {
 public:
  RecordCursor(std::string_view text, std::span<const uint32_t> ends) : text_(text), ends_(ends) {}

  Span Around(size_t at) {
    if (ends_.empty()) return Line(at);
    while (next_ < ends_.size() && ends_[next_] <= at) ++next_;
    return {next_ == 0 ? 0 : ends_[next_ - 1], ends_[next_]};
  }

 private:
  Span Line(size_t at) {
    if (at >= line_.end) {
      const size_t newline = text_.substr(line_.end, at - line_.end).rfind('\n');
      line_.begin = newline == std::string_view::npos ? line_.end : line_.end + newline + 1;
      line_.end = std::min(text_.find('\n', at), text_.size());
    }
    return line_;
  }

  std::string_view text_;
  std::span<const uint32_t> ends_;
  size_t next_ = 0;
  Span line_;
};

// Builds one DecodedText from a text. Each pass runs over the whole text, whatever the records:
// those without a trigger cost nothing of their own.
class Decoder {
 public:
  Decoder(std::string_view text, std::span<const uint32_t> ends, DecodedText* out)
      : text_(text), ends_(ends), out_(out) {}

  void Percent() {
    RecordCursor records(text_, ends_);
    size_t done = 0;
    while (const char* hit = Find('%', done, text_.size())) {
      const size_t at = static_cast<size_t>(hit - text_.data());
      const int byte = PercentByte(text_, at);
      if (byte < 0 || !kTelling.Has(static_cast<char>(byte))) {
        done = at + 1;
        continue;
      }
      const Span record = records.Around(at);
      size_t begin = at, end = at;
      const size_t least = std::max(done, record.begin);
      while (begin > least && !kUrlEnd.Has(text_[begin - 1]) && at - begin < kMaxStretch) --begin;
      while (end < record.end && !kUrlEnd.Has(text_[end]) && end - at < kMaxStretch) ++end;
      PercentStretch(begin, end);
      done = end;
    }
  }

  // \/ and \u00XX; other escapes do not stand inside tokens. What is decoded is the JSON string
  // around the escape.
  void Json() {
    RecordCursor records(text_, ends_);
    size_t at = 0, done = 0;
    while (const char* hit = Find('\\', at, text_.size())) {
      at = static_cast<size_t>(hit - text_.data());
      if (at + 1 >= text_.size()) return;
      if (text_[at + 1] != '/' && UnicodeByte(at, text_.size()) < 0) {
        at += 2;
        continue;
      }
      const Span record = records.Around(at);
      const size_t begin = StringBegin(at, std::max(done, record.begin));
      const size_t end = std::max(at + 1, StringEnd(at, record.end));
      JsonStretch(begin, end);
      at = done = end;
    }
  }

  void Base64() {
    RecordCursor records(text_, ends_);
    for (Run run = NextRun(text_, 0, kMinBase64); run.begin < run.end;
         run = NextRun(text_, run.end, kMinBase64)) {
      // A run may reach over record ends; each record has its own part of it. No run crosses a
      // line.
      for (size_t begin = run.begin; begin < run.end;) {
        const size_t end = ends_.empty() ? run.end : std::min(run.end, records.Around(begin).end);
        if (end - begin >= kMinBase64) Base64Run(begin, end);
        begin = end;
      }
    }
  }

 private:
  const char* Find(char c, size_t begin, size_t end) const {
    if (begin >= end) return nullptr;
    return static_cast<const char*>(std::memchr(text_.data() + begin, c, end - begin));
  }

  size_t StringBegin(size_t at, size_t least) const {
    size_t begin = at;
    while (begin > least && at - begin < kMaxStretch / 2 && text_[begin - 1] != '"') --begin;
    return begin;
  }
  size_t StringEnd(size_t at, size_t most) const {
    size_t end = at;
    while (end < most && end - at < kMaxStretch / 2 && text_[end] != '"')
      end += text_[end] == '\\' ? 2 : 1;
    return std::min(end, most);
  }

  int UnicodeByte(size_t at, size_t end) const {
    if (at + 6 > end || text_[at + 1] != 'u' || text_[at + 2] != '0' || text_[at + 3] != '0')
      return -1;
    const int high = HexDigit(text_[at + 4]), low = HexDigit(text_[at + 5]);
    return high < 0 || high > 7 || low < 0 ? -1 : high << 4 | low;
  }

  void Open(DecodeStep step, size_t source_begin) {
    open_ = {step, source_begin, out_->bytes.size(), 0};
  }
  // Room for what a stretch of `size` bytes decodes to; Put() fills it, Close() gives back the
  // rest.
  void Reserve(size_t size) {
    at_ = out_->bytes.size();
    shift_ = out_->sources_.size() - at_;
    out_->bytes.resize(at_ + size);
    out_->sources_.resize(at_ + shift_ + size + 1);
  }
  void Put(char c, size_t source) {
    out_->bytes[at_] = c;
    out_->sources_[at_ + shift_] = static_cast<uint32_t>(source - open_.source_begin);
    ++at_;
  }
  void Close(size_t source_end) {
    out_->bytes.resize(at_);
    out_->sources_.resize(at_ + shift_ + 1);
    out_->sources_.back() = static_cast<uint32_t>(source_end - open_.source_begin);
    open_.end = at_;
    out_->ends.push_back(static_cast<uint32_t>(open_.end));
    out_->segments.push_back(open_);
  }

  void PercentStretch(size_t begin, size_t end) {
    Open(DecodeStep::kPercent, begin);
    Reserve(end - begin);
    for (size_t i = begin; i < end;) {
      const int byte = text_[i] == '%' ? PercentByte(text_.substr(0, end), i) : -1;
      Put(byte < 0 ? text_[i] : static_cast<char>(byte), i);
      i += byte < 0 ? 1 : 3;
    }
    Close(end);
  }

  void JsonStretch(size_t begin, size_t end) {
    Open(DecodeStep::kJson, begin);
    Reserve(end - begin);
    for (size_t i = begin; i < end;) {
      const int byte = text_[i] == '\\' ? UnicodeByte(i, end) : -1;
      const bool slash = text_[i] == '\\' && i + 1 < end && text_[i + 1] == '/';
      Put(byte >= 0 ? static_cast<char>(byte) : slash ? '/' : text_[i], i);
      // Any other escape keeps both its bytes, so that an escaped backslash begins nothing.
      if (byte < 0 && !slash && text_[i] == '\\' && i + 1 < end) Put(text_[i + 1], i + 1);
      i += byte >= 0 ? 6 : text_[i] == '\\' && i + 1 < end ? 2 : 1;
    }
    Close(end);
  }

  // `/`, `-` and `_` belong to the alphabets but also part path segments and names: a run that does
  // not decode to text from its beginning is tried again after the first few of them.
  void Base64Run(size_t begin, size_t end) {
    for (int tries = 0; tries < 4 && end - begin >= kMinBase64; ++tries) {
      if (Base64Stretch(begin, std::min(end, begin + kMaxStretch))) return;
      while (begin < end && text_[begin] != '/' && text_[begin] != '_' && text_[begin] != '-')
        ++begin;
      ++begin;
      if (begin >= end) return;
    }
  }

  bool Base64Stretch(size_t begin, size_t end) {
    if (!BeginsLikeText(text_.substr(begin, kProbe))) return false;
    size_t size = end - begin;
    if (size % 4 == 1) --size;
    const auto decoded = Base64Decode(text_.substr(begin, size));
    if (!decoded || !IsText(*decoded)) return false;
    Open(DecodeStep::kBase64, begin);
    Reserve(decoded->size());  // the sources are never read
    std::memcpy(out_->bytes.data() + at_, decoded->data(), decoded->size());
    at_ += decoded->size();
    Close(end);
    return true;
  }

  std::string_view text_;
  std::span<const uint32_t> ends_;
  DecodedText* out_;
  DecodedSegment open_;
  size_t at_ = 0;     // where Put() writes
  size_t shift_ = 0;  // sources_ is ahead of bytes by one mark for each segment before
};

void DecodeOnce(std::string_view text, std::span<const uint32_t> record_ends, DecodedText* out) {
  Decoder decoder(text, record_ends, out);
  decoder.Percent();
  decoder.Json();
  decoder.Base64();
}

std::string_view Name(DecodeStep step) {
  constexpr std::array<std::string_view, 6> names = {"percent", "json", "base64",
                                                     "hex",     "html", "utf-16"};
  return names[static_cast<size_t>(step)];
}

}  // namespace leaktrip

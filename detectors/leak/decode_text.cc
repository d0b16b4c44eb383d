// The passes over encodings that are written within text, character by character.

#include <algorithm>

#include "detectors/leak/decode_passes.h"
#include "detectors/leak/decode_units.h"

namespace leaktrip {
namespace {

// What ends a URL or form value in a log line; percent-encoded text runs between these.
constexpr CharClass kUrlEnd{" \t\r\n\"'<>`\\|"};
// How far around an encoded character the names and hints of a value may stand.
constexpr size_t kReach = 256;
// A stretch is not cut within a word, unless the word is longer than any token.
constexpr size_t kLongWord = 4096;

// From kReach before the first of `triggers` to kReach after the last one that another follows
// within that. Sets *next to the first trigger behind it.
Span Near(const DecodeSource& source, const Span& record, std::span<const uint32_t> triggers,
          size_t least, size_t* next) {
  const size_t first = triggers[*next];
  size_t begin = first - std::min(first - least, kReach);
  for (size_t i = 0; begin > least && i < kLongWord && !kUrlEnd.Has(source.text[begin - 1]); ++i)
    --begin;
  size_t last = first;
  while (*next < triggers.size() && triggers[*next] < std::min(last + kReach, record.end) &&
         triggers[*next] - begin < kMaxStretch)
    last = triggers[(*next)++];
  size_t end = std::min(last + kReach, record.end);
  for (size_t i = 0; end < record.end && i < kLongWord && !kUrlEnd.Has(source.text[end]); ++i)
    ++end;
  return {begin, end};
}

// Calls decode(begin, end) for the stretches around the triggers, none of which overlap.
template <typename Decode>
void ForEachStretch(const DecodeSource& source, std::span<const uint32_t> triggers,
                    const Decode& decode) {
  RecordCursor records(source);
  size_t done = 0;
  for (size_t next = 0; next < triggers.size();) {
    if (triggers[next] < done) {
      ++next;
      continue;
    }
    const Span record = records.Around(triggers[next]);
    const Span stretch = Near(source, record, triggers, std::max(done, record.begin), &next);
    decode(stretch.begin, stretch.end);
    done = stretch.end;
  }
}

}  // namespace

void DecodePercent(const DecodeSource& source, std::span<const uint32_t> triggers,
                   SegmentWriter* writer) {
  RecordCursor records(source);
  size_t done = 0;
  for (const size_t at : triggers) {
    if (at < done) continue;
    const Span record = records.Around(at);
    const auto text = source.text.substr(0, record.end);
    size_t begin = at, end = at;
    const size_t least = std::max(done, record.begin);
    while (begin > least && !kUrlEnd.Has(text[begin - 1]) && at - begin < kMaxStretch) --begin;
    while (end < record.end && !kUrlEnd.Has(text[end]) && end - at < kMaxStretch) ++end;
    writer->Open(DecodeStep::kPercent, begin, end - begin);
    for (size_t i = begin; i < end;) {
      const EncodedUnit unit = text[i] == '%' ? PercentUnit(text, i) : EncodedUnit{};
      // %C3%A9 is a byte of UTF-8 each, %u00e9 a character.
      if (unit.size == 3)
        writer->Put(static_cast<char>(unit.code), i);
      else if (unit.size > 0)
        writer->PutCode(unit.code, i, i + unit.size);
      else
        writer->Put(text[i], i);
      i += std::max<size_t>(unit.size, 1);
    }
    writer->Close(end);
    done = end;
  }
}

namespace {

// The JSON string around an escape, or the record.
Span StringAround(std::string_view text, size_t at, size_t least, size_t most) {
  Span span{at, at};
  while (span.begin > least && at - span.begin < kMaxStretch / 2 && text[span.begin - 1] != '"')
    --span.begin;
  while (span.end < most && span.end - at < kMaxStretch / 2 && text[span.end] != '"')
    span.end += text[span.end] == '\\' ? 2 : 1;
  span.end = std::clamp(span.end, at + 1, most);
  return span;
}

}  // namespace

void DecodeEscapes(const DecodeSource& source, std::span<const uint32_t> triggers,
                   SegmentWriter* writer) {
  RecordCursor records(source);
  size_t done = 0;
  for (const size_t at : triggers) {
    if (at < done) continue;
    const Span record = records.Around(at);
    const auto text = source.text.substr(0, record.end);
    const Span span = StringAround(text, at, std::max(done, record.begin), record.end);
    writer->Open(DecodeStep::kJson, span.begin, span.end - span.begin);
    for (size_t i = span.begin; i < span.end;) {
      if (text[i] != '\\') {
        writer->Put(text[i], i);
        ++i;
        continue;
      }
      const EncodedUnit unit = EscapeUnit(text, i);
      if (unit.size > 0) {
        // JSON knows one way to write any character, and / behind a backslash.
        const char last = text[i + unit.size - 1];
        if (last == '}' || unit.size == 4 || unit.size == 10) writer->SetStep(DecodeStep::kEscape);
        writer->PutCode(unit.code, i, i + unit.size);
        i += unit.size;
        continue;
      }
      // Any other escape keeps both its bytes, so that an escaped backslash begins nothing.
      const bool pair = i + 1 < span.end;
      writer->Put(text[i], i);
      if (pair) writer->Put(text[i + 1], i + 1);
      i += pair ? 2 : 1;
    }
    writer->Close(std::max(span.end, at + 1));
    done = span.end;
  }
}

void DecodeEntities(const DecodeSource& source, std::span<const uint32_t> triggers,
                    SegmentWriter* writer) {
  ForEachStretch(source, triggers, [&](size_t begin, size_t end) {
    const auto text = source.text.substr(0, end);
    writer->Open(DecodeStep::kHtml, begin, end - begin);
    for (size_t i = begin; i < end;) {
      const EncodedUnit unit = text[i] == '&' ? EntityUnit(text, i) : EncodedUnit{};
      if (unit.size > 0)
        writer->PutCode(unit.code, i, i + unit.size);
      else
        writer->Put(text[i], i);
      i += std::max<size_t>(unit.size, 1);
    }
    writer->Close(end);
  });
}

void DecodeNotation(const DecodeSource& source, std::span<const uint32_t> triggers,
                    SegmentWriter* writer) {
  ForEachStretch(source, triggers, [&](size_t begin, size_t end) {
    const auto text = source.text.substr(0, end);
    writer->OpenGapped(DecodeStep::kUnicode, begin, end - begin);
    for (size_t i = begin; i < end;) {
      const bool may = text[i] == '\\' || text[i] == 'U';
      const EncodedUnit unit = may ? NotationUnit(text, i) : EncodedUnit{};
      if (unit.size == 0) {
        writer->PutUnit(text[i], i, i + 1);
        ++i;
        continue;
      }
      writer->PutCode(unit.code, i, i + unit.size);
      const char mark = text[i];
      i += unit.size;
      // The space before a next unit parts them and means nothing.
      if (i + 1 < end && text[i] == ' ' && text[i + 1] == mark) ++i;
    }
    writer->Close(end);
  });
}

void DecodeMarkup(const DecodeSource& source, std::span<const uint32_t> triggers,
                  SegmentWriter* writer) {
  ForEachStretch(source, triggers, [&](size_t begin, size_t end) {
    const auto text = source.text.substr(0, end);
    writer->OpenGapped(DecodeStep::kMarkup, begin, end - begin);
    for (size_t i = begin; i < end;) {
      const bool tag = text[i] == '<';
      const size_t size = tag ? TagSize(text, i) : InvisibleSize(text, i);
      if (size == 0)
        writer->PutUnit(text[i], i, i + 1);
      else if (tag && !TagJoins(text.substr(i, size)))
        writer->PutUnit('\n', i, i + size);
      i += std::max<size_t>(size, 1);
    }
    writer->Close(end);
  });
}

}  // namespace leaktrip

#include "detectors/leak/decode_units.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "detectors/base/encoding.h"

namespace leaktrip {
namespace {

constexpr size_t kMaxTag = 400;
constexpr size_t kMaxBackslashes = 4;
constexpr CharClass kLetters{"A-Za-z"};

constexpr std::array<std::pair<std::string_view, char>, 22> kEntities = {{
    {"amp;", '&'},    {"quot;", '"'},   {"apos;", '\''},  {"lt;", '<'},     {"gt;", '>'},
    {"equals;", '='}, {"colon;", ':'},  {"sol;", '/'},    {"lowbar;", '_'}, {"hyphen;", '-'},
    {"dash;", '-'},   {"plus;", '+'},   {"period;", '.'}, {"percnt;", '%'}, {"num;", '#'},
    {"semi;", ';'},   {"commat;", '@'}, {"quest;", '?'},  {"nbsp;", ' '},   {"lbrace;", '{'},
    {"rbrace;", '}'}, {"comma;", ','},
}};

constexpr std::array<std::string_view, 17> kJoiningTags = {
    "span", "b",   "i",  "em",  "strong", "u",    "code",  "font", "mark",
    "wbr",  "kbd", "tt", "sub", "sup",    "samp", "small", "a"};

// At least `least` and at most `most` hex digits from `at` on.
EncodedUnit Hex(std::string_view text, size_t at, size_t least, size_t most) {
  EncodedUnit unit;
  for (; unit.size < most && at + unit.size < text.size(); ++unit.size) {
    const int digit = HexDigit(text[at + unit.size]);
    if (digit < 0) break;
    unit.code = unit.code << 4 | static_cast<uint32_t>(digit);
  }
  return unit.size < least ? EncodedUnit{} : unit;
}

// {3d}
EncodedUnit Braced(std::string_view text, size_t at) {
  if (at >= text.size() || text[at] != '{') return {};
  EncodedUnit unit = Hex(text, at + 1, 1, 6);
  if (unit.size == 0 || at + unit.size + 1 >= text.size() || text[at + unit.size + 1] != '}')
    return {};
  unit.size += 2;
  return unit;
}

EncodedUnit Longer(EncodedUnit unit, size_t by) {
  if (unit.size > 0) unit.size += by;
  return unit;
}

}  // namespace

EncodedUnit PercentUnit(std::string_view text, size_t at) {
  if (at + 1 < text.size() && text[at + 1] == 'u') return Longer(Hex(text, at + 2, 4, 4), 2);
  return Longer(Hex(text, at + 1, 2, 2), 1);
}

EncodedUnit EscapeUnit(std::string_view text, size_t at) {
  size_t size = 1;
  while (size < kMaxBackslashes && at + size < text.size() && text[at + size] == '\\') ++size;
  if (at + size >= text.size()) return {};
  const char kind = text[at + size];
  const size_t digits = at + ++size;
  switch (kind) {
    case '/':
      return {'/', size};
    case 'u':
    case 'x': {
      const EncodedUnit braced = Braced(text, digits);
      if (braced.size > 0) return Longer(braced, size);
      const size_t count = kind == 'u' ? 4 : 2;
      return Longer(Hex(text, digits, count, count), size);
    }
    case 'U':
      return Longer(Hex(text, digits, 8, 8), size);
    default:
      return {};
  }
}

EncodedUnit EntityUnit(std::string_view text, size_t at) {
  if (at + 3 >= text.size()) return {};
  if (text[at + 1] != '#') {
    // Most ampersands part parameters of URLs.
    constexpr size_t kLongest = 7;
    const size_t end = text.substr(at + 1, kLongest).find_first_not_of("abcdeghilmnopqrstuvwxy");
    if (end < 2 || end == std::string_view::npos || text[at + 1 + end] != ';') return {};
    for (const auto& [name, character] : kEntities)
      if (text.substr(at + 1, name.size()) == name)
        return {static_cast<uint32_t>(static_cast<unsigned char>(character)), name.size() + 1};
    return {};
  }
  EncodedUnit unit;
  size_t begin = at + 2;
  if (text[begin] == 'x' || text[begin] == 'X') {
    unit = Hex(text, ++begin, 1, 8);
  } else {
    for (; unit.size < 8 && begin + unit.size < text.size(); ++unit.size) {
      const char c = text[begin + unit.size];
      if (c < '0' || c > '9') break;
      unit.code = unit.code * 10 + static_cast<uint32_t>(c - '0');
    }
  }
  const size_t end = begin + unit.size;
  if (unit.size == 0 || end >= text.size() || text[end] != ';') return {};
  unit.size = end + 1 - at;
  return unit;
}

EncodedUnit NotationUnit(std::string_view text, size_t at) {
  if (text[at] == '\\') return Longer(Hex(text, at + 1, 2, 6), 1);
  if (at + 1 >= text.size() || text[at] != 'U' || text[at + 1] != '+') return {};
  return Longer(Hex(text, at + 2, 4, 6), 2);
}

bool NotationBegins(std::string_view text, size_t at) {
  const char mark = text[at];
  for (int units = 0; units < 4; ++units) {
    const EncodedUnit unit = NotationUnit(text, at);
    if (unit.size == 0 || unit.code >= 0x80) return false;
    at += unit.size;
    if (at >= text.size() || text[at] != ' ') return units == 3;
    ++at;
    if (at >= text.size() || text[at] != mark) return units == 3;
  }
  return true;
}

size_t TagSize(std::string_view text, size_t at) {
  size_t i = at + 1;
  if (i < text.size() && text[i] == '/') ++i;
  if (i >= text.size() || !kLetters.Has(text[i])) return 0;
  const size_t most = std::min(text.size(), at + kMaxTag);
  for (; i < most; ++i) {
    if (text[i] == '>') return i + 1 - at;
    if (text[i] == '<' || text[i] == '\n') return 0;
  }
  return 0;
}

bool TagJoins(std::string_view tag) {
  tag.remove_prefix(tag.size() > 1 && tag[1] == '/' ? 2 : 1);
  size_t size = 0;
  while (size < tag.size() && kLetters.Has(tag[size])) ++size;
  return std::find(kJoiningTags.begin(), kJoiningTags.end(), tag.substr(0, size)) !=
         kJoiningTags.end();
}

size_t InvisibleSize(std::string_view text, size_t at) {
  const auto rest = text.substr(at, 3);
  if (rest.starts_with("\xc2\xad")) return 2;  // soft hyphen
  for (const std::string_view mark :
       {"\xe2\x80\x8b", "\xe2\x80\x8c", "\xe2\x80\x8d", "\xe2\x81\xa0", "\xef\xbb\xbf"})
    if (rest == mark) return 3;  // zero-width space, joiners, word joiner, byte order mark
  return 0;
}

bool MarkupWithinWord(std::string_view text, size_t at) {
  if (at == 0 || !kWordChars.Has(text[at - 1])) return false;
  size_t i = at;
  while (i < text.size()) {
    const bool tag = text[i] == '<';
    const size_t size = tag ? TagSize(text, i) : InvisibleSize(text, i);
    if (size == 0) break;
    const auto name = text.substr(i, size);
    // A line break within a word is one that a long value was wrapped at.
    if (tag && !TagJoins(name) && !name.starts_with("<br")) return false;
    i += size;
  }
  return i > at && i < text.size() && kWordChars.Has(text[i]);
}

}  // namespace leaktrip

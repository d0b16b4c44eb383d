// The smallest units of each encoding: how one encoded character is written, and what it stands
// for. Shared by the search for triggers and the passes that decode.
//
// Pure functions, any thread; none looks farther than a unit is long.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "detectors/leak/char_class.h"

namespace leaktrip {

// A character as it is written at some place; size 0 means that none is.
struct EncodedUnit {
  uint32_t code = 0;
  size_t size = 0;
};

// Decoded characters worth a second look: of tokens, and those that part them from their
// surroundings.
inline constexpr CharClass kTelling{"\nA-Za-z0-9%+/=_.:&?#\"{}@,;<>~-"};
// What tokens and names are made of.
inline constexpr CharClass kWordChars{"A-Za-z0-9_+/=.-"};

inline bool IsTelling(EncodedUnit unit) {
  return unit.size > 0 && unit.code < 0x80 && kTelling.Has(static_cast<char>(unit.code));
}

// %3D and %u003d. text[at] is the percent sign.
EncodedUnit PercentUnit(std::string_view text, size_t at);
// \u003d, \u{3d}, \U0000003d, \x3d, \x{3d} and \/, behind up to four backslashes, as an escape that
// was escaped again has them. text[at] is the first backslash.
EncodedUnit EscapeUnit(std::string_view text, size_t at);
// &#61; &#x3d; &quot; and other names of punctuation. text[at] is the ampersand.
EncodedUnit EntityUnit(std::string_view text, size_t at);
// U+003D, and \3d of style sheets. text[at] is the U or the backslash.
EncodedUnit NotationUnit(std::string_view text, size_t at);
// Whether a sequence of such units, parted by single spaces, begins at `at`.
bool NotationBegins(std::string_view text, size_t at);

// The size of a tag at text[at] == '<', 0 when there is none. Joining tags (span, b, strong, …)
// part no words.
size_t TagSize(std::string_view text, size_t at);
bool TagJoins(std::string_view tag);
// The size of a zero-width character that text[at] begins, in UTF-8, or 0.
size_t InvisibleSize(std::string_view text, size_t at);
// Whether tags or invisible characters at `at` stand within a word, so that it only reads whole
// without them.
bool MarkupWithinWord(std::string_view text, size_t at);

}  // namespace leaktrip

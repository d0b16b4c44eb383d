// Pattern: a rule's regular expression in the dialect that RE2 and Hyperscan share, parsed so that
// the engine can reason about it.
//
// Allowed: literals, escapes (\d \w \s \xHH, punctuation, \n \r \t), classes, groups, one capturing
// group, (?i) and
// (?i:…), alternation, greedy quantifiers, \b \B. Refused with the column: look-around,
// back-references, lazy and possessive quantifiers, and a `{` that is no quantifier (a forgotten
// brace would silently mean a literal one). Bytes, not characters: a pattern is Latin-1.
//
// Immutable values; any thread.
#pragma once

#include <bitset>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "detectors/base/result.h"

namespace leaktrip {

using CharSet = std::bitset<256>;
CharSet Alphanumeric();

struct PatternNode {
  enum class Kind { kEmpty, kSet, kConcat, kAlternate, kRepeat, kCapture, kAssert };
  static constexpr uint32_t kUnbounded = UINT32_MAX;

  Kind kind = Kind::kEmpty;
  CharSet set;                        // kSet
  uint32_t min = 1, max = 1;          // kRepeat
  std::vector<PatternNode> children;  // kConcat, kAlternate; one for kRepeat and kCapture
};

// Error places hold the column within the pattern (from 1) and no file.
Result<PatternNode> ParsePattern(std::string_view pattern);

// Bounds of the length of a match; max is nullopt when there is none.
struct Width {
  size_t min = 0;
  std::optional<size_t> max;
};
Width WidthOf(const PatternNode& node);

// The characters a match of node can begin and end with.
CharSet FirstSet(const PatternNode& node);
CharSet LastSet(const PatternNode& node);
// The capturing group, or nullptr.
const PatternNode* FindCapture(const PatternNode& node);
// Whether the capturing group begins, or ends, where the match does, always.
bool SecretBeginsMatch(const PatternNode& node);
bool SecretEndsMatch(const PatternNode& node);

// The longest stretch of characters of an alphabet that every match holds. The run of such
// characters that it lies in begins at most max_before into the match, or before it (nullopt: no
// bound).
struct Stretch {
  size_t length = 0;
  std::optional<size_t> max_before;
};
Stretch LongestStretch(const PatternNode& node, const CharSet& alphabet);

// Texts of which every match holds at least one, and where: the literal begins between min_before
// and max_before bytes after the match begins. Caseless literals are in lower case.
struct LiteralSet {
  std::vector<std::string> texts;
  bool caseless = false;
  size_t min_before = 0;
  size_t max_before = 0;
  std::shared_ptr<const PatternNode> rest;  // what follows it in a match; null when that varies
  size_t ShortestText() const;
};
// The set that will occur least in logs, or nullopt when none is as rare as asked. Rarity counts
// like characters of a random text: about the length of the shortest literal, less for common
// words, short words and large sets. No literal has fewer than three characters.
std::optional<LiteralSet> RequiredLiterals(const PatternNode& node, double least_rarity);
// The same of those sets with which a match begins.
std::optional<LiteralSet> FrontLiterals(const PatternNode& node, double least_rarity);

}  // namespace leaktrip

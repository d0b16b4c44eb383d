// RuleSet: rules compiled for both stages. Immutable, shared by all engines; any thread.
#pragma once

#include <re2/re2.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "detectors/leak/allow_list.h"
#include "detectors/leak/checksum.h"
#include "detectors/leak/engine.h"
#include "detectors/leak/pattern.h"
#include "detectors/leak/stage_one.h"
#include "detectors/leak/validator.h"

namespace leaktrip {

// Longest match of a pattern without an upper bound, in bytes; of a multiline one.
inline constexpr size_t kOpenWidth = 4096;
inline constexpr size_t kOpenWidthMultiline = 16384;

// How far after its hint a secret may end; a kind that may be long itself (a JWT) gets kHintGap and
// its own width instead.
inline constexpr size_t kHintReach = 160;
inline constexpr size_t kHintGap = 64;

// Words are looked up near a run that holds kLeastWordRun characters of kInWord, or is as long as
// kLeastOtherRun: paths are neither, mostly.
inline constexpr size_t kLeastWordRun = 16;
inline constexpr size_t kLeastOtherRun = 27;

struct CompiledRule {
  bool HasTellingRun() const { return word_run >= kLeastWordRun || run >= kLeastOtherRun; }

  const Rule* rule = nullptr;
  std::shared_ptr<const re2::RE2> regex;  // rules with one pattern share it
  std::vector<std::unique_ptr<re2::RE2>> allow;
  int group = 0;  // of the secret: 1 where the pattern captures, else the whole match
  bool secret_ends_match = false;  // always
  size_t min_width = 0;            // of a match
  size_t max_width = 0;
  bool capped = false;  // max_width is kOpenWidth, not the pattern's own bound
  CharSet before;       // a character here would continue the secret to the left
  CharSet after;        // or to the right
  bool hinted = false;  // the rule has hints
  CharSet hint_first;   // what a hint begins with, in both cases
  size_t reach = 0;     // of its hints
  // `before` holds wherever a match begins, and has letters and digits: a match that counts never
  // begins within a word.
  bool bounded = false;
  size_t run = 0;                    // every match holds so many characters of kInRun in a row
  size_t word_run = 0;               // and so many of kInWord
  std::optional<size_t> run_before;  // the farthest into a match that they begin; none: anywhere
  bool run_is_front = false;         // a match begins with them
  std::shared_ptr<const Guard> guard;
  ChecksumFunction checksum = nullptr;
  StructureFunction validate = nullptr;
};

class RuleSet {
 public:
  std::vector<Rule> rules;
  std::vector<CompiledRule> compiled;  // parallel to rules
  StageOne stage_one;
  AllowList allow;
  std::string hmac_key;
};

}  // namespace leaktrip

// RuleSet: rules compiled for both stages. Immutable, shared by all engines; any thread.
#pragma once

#include <hs.h>
#include <re2/re2.h>

#include <memory>
#include <string>
#include <vector>

#include "detectors/leak/checksum.h"
#include "detectors/leak/engine.h"
#include "detectors/leak/pattern.h"
#include "detectors/leak/validator.h"

namespace leaktrip {

// Longest match of a pattern without an upper bound, in bytes; of a multiline one.
inline constexpr size_t kOpenWidth = 4096;
inline constexpr size_t kOpenWidthMultiline = 16384;

// How far after its hint a secret may end; a kind that may be long itself (a JWT) gets kHintGap and
// its own width instead.
inline constexpr size_t kHintReach = 160;
inline constexpr size_t kHintGap = 64;

struct CompiledRule {
  const Rule* rule = nullptr;
  std::unique_ptr<re2::RE2> regex;
  std::vector<std::unique_ptr<re2::RE2>> allow;
  int group = 0;         // of the secret: 1 where the pattern captures, else the whole match
  size_t min_width = 0;  // of a match
  size_t max_width = 0;
  bool capped = false;  // max_width is kOpenWidth, not the pattern's own bound
  CharSet before;       // a character here would continue the secret to the left
  CharSet after;        // or to the right
  bool hinted = false;  // the rule has hints
  CharSet hint_first;   // what a hint begins with, in both cases
  size_t reach = 0;     // of its hints
  ChecksumFunction checksum = nullptr;
  StructureFunction validate = nullptr;
};

struct HsFree {
  void operator()(hs_database_t* db) const { hs_free_database(db); }
  void operator()(hs_scratch_t* scratch) const { hs_free_scratch(scratch); }
};
using HsDatabase = std::unique_ptr<hs_database_t, HsFree>;
using HsScratch = std::unique_ptr<hs_scratch_t, HsFree>;

// What a stage-one hit says: this rule may match between `begin_before` bytes before the end of the
// hit and `end_after` bytes after it.
struct Lead {
  uint32_t rule = 0;
  uint32_t begin_before = 0;
  uint32_t end_after = 0;
};

// Stage one: literals where a rule has a good one, else the rule's own pattern as a Hyperscan
// expression.
struct StageOne {
  HsDatabase literals;  // either may be null when no rule needs it
  HsDatabase patterns;
  std::vector<std::vector<Lead>> literal_leads;  // by literal id
  std::vector<Lead> pattern_leads;               // by pattern id
};

class RuleSet {
 public:
  std::vector<Rule> rules;
  std::vector<CompiledRule> compiled;  // parallel to rules
  StageOne stage_one;
  std::string hmac_key;
};

// Fills stage_one from the compiled rules; reports what Hyperscan refuses.
void BuildStageOne(RuleSet* set, Errors* errors);

}  // namespace leaktrip

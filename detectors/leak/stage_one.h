// StageOne: what is looked for in a text before any rule is tried, planned when rules are compiled.
//
// Each rule takes one route, the cheapest that misses nothing:
//   word     its hints, or the literal it begins with; looked up where a word begins, and only near
//            a run of characters as long as its secret must hold
//   run      such a run itself, for long secrets without a literal of use
//   literal  a literal that every match holds, anywhere in the text; hints of short secrets. One of
//            punctuation alone (://) is searched for by itself: there are few, and many hits of
//            them
//   pattern  the rule's own pattern as a Hyperscan expression
// A hit is followed up only when a guard lets it through and, for a hint, when a run that may be
// the secret stands in reach.
//
// Immutable once built; any thread.
#pragma once

#include <hs.h>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "detectors/base/result.h"
#include "detectors/leak/guard.h"
#include "detectors/leak/word_scanner.h"

namespace leaktrip {

class RuleSet;

struct HsFree {
  void operator()(hs_database_t* db) const { hs_free_database(db); }
  void operator()(hs_scratch_t* scratch) const { hs_free_scratch(scratch); }
};
using HsDatabase = std::unique_ptr<hs_database_t, HsFree>;
using HsScratch = std::unique_ptr<hs_scratch_t, HsFree>;

// What a hit says: this rule may match between begin_before bytes before the end of the hit and
// end_after bytes after it.
struct Lead {
  enum class Kind : uint8_t {
    kPlain,    // nothing more is known
    kFront,    // a match begins where the hit does; guard is that of the rule
    kInside,   // guard begins where the hit ends
    kHint,     // a hint: a run that may be the secret must follow
    kFarHint,  // a hint: the literal of a kind whose secret may stand far away must follow
    kMark,     // that literal: hints are looked for before it
  };
  Kind kind = Kind::kPlain;
  uint32_t rule = 0;
  uint32_t begin_before = 0;
  uint32_t end_after = 0;
  std::shared_ptr<const Guard> guard;
};

struct StageOne {
  WordScanner words;
  std::vector<std::vector<Lead>> word_leads;  // by word
  size_t word_reach = 0;                      // of words before the run they announce
  size_t far_reach = 0;                       // of words before a far literal
  std::vector<uint32_t> run_rules;            // of the run route, by length of the run
  std::vector<std::pair<std::string, std::vector<Lead>>> marks;  // literals of punctuation only
  HsDatabase literals;                           // null when no rule needs it, and patterns too
  std::vector<std::vector<Lead>> literal_leads;  // by literal id
  HsDatabase patterns;
  std::vector<Lead> pattern_leads;  // by pattern id
};

// Fills the rule set's stage one from its compiled rules; reports what Hyperscan refuses.
void BuildStageOne(RuleSet* set, Errors* errors);

}  // namespace leaktrip

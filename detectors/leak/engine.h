// Engine: raw bytes to findings. Two implementations judge alike: the fast one (literals first,
// then a regex in a bounded window) and the oracle (one rule at a time over the whole record),
// which tests compare with it.
//
// RuleSet is immutable and shared; an Engine belongs to one thread, owns its scratch memory and
// keeps its RuleSet alive. Findings point into the RuleSet.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "detectors/base/result.h"
#include "detectors/leak/finding.h"
#include "detectors/leak/rule.h"

namespace leaktrip {

// Bytes to scan in one call. No match crosses a record, except those of multiline rules, which may
// cross a line but never leave the block.
struct Block {
  std::string_view bytes;
  // End offset of each record, ascending, the last one bytes.size(). Empty: each line is a record.
  std::span<const uint32_t> record_ends;
};

class AllowList;
class RuleSet;

// Compiles the rules for both engines. hmac_key names guessable secrets, see fingerprint.h.
// allow: entries beside those of the rules themselves. Engines report what entries allow; whoever
// takes the findings asks AllowOf(), because it knows where they were made.
// Failure: every pattern that cannot be compiled, with its place.
std::shared_ptr<const RuleSet> CompileRules(std::vector<Rule> rules, std::string hmac_key,
                                            Errors* errors, std::vector<AllowEntry> allow = {});
const std::vector<Rule>& RulesOf(const RuleSet& set);
const AllowList& AllowOf(const RuleSet& set);

// Why a candidate was kept or dropped, for `explain`; the texts hold no secret.
struct Verdict {
  const Rule* rule = nullptr;
  size_t start = 0;
  size_t end = 0;
  bool kept = false;
  std::string reason;
};

// What one rule has cost an engine so far.
struct RuleCost {
  uint64_t windows = 0;  // stretches of text that stage one pointed at
  uint64_t bytes = 0;    // in them
};

class Engine {
 public:
  virtual ~Engine() = default;
  // By the rule's index in RulesOf(); empty for an engine that does not count.
  virtual std::span<const RuleCost> Costs() const { return {}; }
  // Appends the findings of the block to *findings, ordered by start. With verdicts, says what
  // became of each candidate.
  virtual void Scan(const Block& block, Millis now, std::vector<Finding>* findings,
                    std::vector<Verdict>* verdicts = nullptr) = 0;
};

std::unique_ptr<Engine> MakeEngine(std::shared_ptr<const RuleSet> rules);
// only: try this one of its rules and no other.
std::unique_ptr<Engine> MakeOracle(std::shared_ptr<const RuleSet> rules,
                                   const Rule* only = nullptr);

// Runs every example of every rule through both engines and reports each that does not do as it
// says.
void CheckExamples(const std::shared_ptr<const RuleSet>& rules, Errors* errors);

}  // namespace leaktrip

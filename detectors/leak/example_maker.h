// ExampleMaker: made-up examples for a rule, so that nobody has to write a real secret into a file.
//
// Texts that match the rule's pattern are drawn by a seeded generator, put into a URL and into a
// log line (beside a hint where the rule needs one), and kept when the rule finds exactly them; the
// negative example is one of them cut short. Pure; the same seed gives the same examples.
#pragma once

#include <cstdint>
#include <random>
#include <string>

#include "detectors/base/result.h"
#include "detectors/leak/pattern.h"
#include "detectors/leak/rule.h"

namespace leaktrip {

// A text that the pattern matches, and which part of it is the secret.
struct MadeMatch {
  std::string text;
  size_t begin = 0;
  size_t end = 0;
};
MadeMatch MakeMatch(const PatternNode& pattern, std::mt19937_64* random);

// Fills up rule->positive to two examples and rule->negative to one; examples that are there and do
// not hold are taken out first. Failure: the pattern cannot be compiled, or why no example holds.
Result<void> MakeExamples(Rule* rule, uint64_t seed);

}  // namespace leaktrip

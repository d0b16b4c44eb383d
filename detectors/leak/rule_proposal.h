// From samples of a secret to a rule for its kind.
//
// What all samples begin with becomes the literal that stage one looks for; the rest becomes one
// class of characters, or several between separators that all samples have alike. A kind without a
// beginning of its own takes the provider's name as its hint. The rule's examples are made up:
// nothing of a sample goes into the rule but its shape and its beginning.
//
// Pure. Failure: why no rule comes of it, without the samples.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "detectors/base/result.h"
#include "detectors/leak/rule.h"

namespace leaktrip {

struct ProposalWishes {
  std::string provider;  // empty: the first word of the secret's own beginning
  std::string id;        // these three: made from the provider
  std::string name;
  std::string kind = "api-key";
};

// The secret in a line that somebody pasted: the longest run of a secret's characters, without a
// name before it ("key=…").
std::string_view SecretIn(std::string_view line);
// REQUIRES: at least one sample. The rule finds every sample, or the answer says what stands in the
// way.
Result<Rule> ProposeRule(const std::vector<std::string>& samples, const ProposalWishes& wishes,
                         uint64_t seed);

}  // namespace leaktrip

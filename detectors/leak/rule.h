// Rule: a token pattern as its file states it, validated. A plain value, immutable once loaded.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "detectors/base/level.h"
#include "detectors/base/result.h"
#include "detectors/leak/allow.h"

namespace leaktrip {

struct RuleExample {
  std::string text;
  std::string secret;  // what must be found in text; empty: anything of this rule
  Place place;
};

struct Rule {
  std::string id;           // "github-pat": lower case, digits and dashes, unique over all files
  std::string name;         // "GitHub personal access token (classic)"
  std::string description;  // what it opens, and for whom
  std::string provider;     // "github"; empty for a generic rule
  std::string kind;         // "api-token"; groups rules for revocation
  std::string pattern;      // group 1, if there is one, is the secret
  // For kinds without a shape of their own: one of these words (lower case) must stand at most
  // kHintReach (rule_set.h) bytes before the secret's end, in a key, host, path, header or
  // parameter name. Empty: the pattern speaks for itself.
  std::vector<std::string> hints;
  Severity severity = Severity::kHigh;
  Confidence confidence = Confidence::kMedium;
  double min_entropy = 0;  // bits per character of the secret; 0: no limit
  bool guessable = false;  // a password: fingerprint is keyed, and nothing of it is shown
  bool multiline = false;  // may span lines of a file (PEM)
  std::optional<std::string> checksum;  // name of a check-digit algorithm, see checksum.h
  std::optional<std::string> validate;  // name of a structure check, see validator.h
  std::vector<std::string> allow;       // patterns of what is no secret of this kind
  std::vector<AllowEntry> allowed;      // findings of this rule that are silenced, with a reason
  std::string revocation;               // name of a file in rules/revocation, or empty
  std::vector<std::string> references;
  std::vector<RuleExample> positive;
  std::vector<RuleExample> negative;
  Place place;          // of the rule
  Place pattern_place;  // of its pattern
};

}  // namespace leaktrip

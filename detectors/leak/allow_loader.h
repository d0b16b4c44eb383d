// Allow entries from rule files.
//
// allow/*.yaml of a rules folder holds those for every rule, or for the rules that they name:
//
//   allow:
//     - fingerprint: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
//       reason: test account of the CI, cannot read anything
//       expires: 2027-01-31          # optional; the last day on which it holds (UTC)
//     - {topic: '^dev-', path: '^/debug/', rules: [acme-key], reason: made up by the load test}
//
// An entry has one or more of value, regex, path, topic and fingerprint, each one text or a list of
// alternatives; `rules` takes ids, or beginnings of ids with a `*` behind. A rule's own `allow`
// takes the same entries without `rules`, beside plain texts, which are patterns of what is no
// secret of this kind at all.
//
// Failure: errors with file, line, column and the fix; none repeats a value.
#pragma once

#include <vector>

#include "detectors/base/yaml.h"
#include "detectors/leak/allow.h"
#include "detectors/leak/rule_loader.h"

namespace leaktrip {

// One entry; rule is the id of the rule that it stands in, or empty.
AllowEntry ReadAllowEntry(YamlMap map, const std::string& rule);
// All entries of allow/*.yaml, those of the first folder first.
std::vector<AllowEntry> LoadAllowEntries(const RuleFiles& shipped, const RuleFiles& override_files,
                                         Errors* errors);

}  // namespace leaktrip

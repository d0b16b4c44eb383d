// RuleLoader: rule files to validated rules.
//
// A rules folder holds tokens/*.yaml, one file per provider:
//
//   provider: github            # absent in files of generic rules
//   rules:
//     - id: github-pat
//       name: GitHub personal access token (classic)
//       description: Acts as its user on every repository the user can reach.
//       kind: api-token
//       pattern: 'ghp_[A-Za-z0-9]{36}'
//       hints: [github]           # optional, for kinds without a shape of their own: see rule.h
//       severity: critical        # info, low, medium, high, critical
//       confidence: high          # low, medium, high
//       min_entropy: 3            # optional, bits per character
//       checksum: github          # optional
//       validate: jwt             # optional
//       guessable: false          # optional, true for passwords
//       multiline: false          # optional, true for PEM blocks
//       allow: ['^ghp_0+$']       # optional, patterns of no secrets; or entries, allow_loader.h
//       revocation: github        # optional
//       references: ['https://docs.github.com/…']
//       examples:
//         positive:               # at least two, one of them inside a URL or log line
//           - text: 'GET /?t=ghp_… HTTP/1.1'
//             secret: ghp_…       # the exact secret; a plain string instead of a map is the text
//             alone
//         negative: ['…']         # at least one
//
// A second folder is merged over the first by rule id: a rule with a known id replaces the fields
// it names, a new id adds a rule, `enabled: false` removes one.
//
// Failure: every error of every file in one run, each with file, line, column and the fix. Examples
// are checked later, by CheckExamples(), because they need the engines.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "detectors/base/result.h"
#include "detectors/leak/rule.h"

namespace leaktrip {

// Path relative to its rules folder ("tokens/github.yaml") to text. The daemon reads folders; this
// stays pure.
using RuleFiles = std::map<std::string, std::string>;

std::vector<Rule> LoadRules(const RuleFiles& shipped, const RuleFiles& override_files,
                            Errors* errors);

}  // namespace leaktrip

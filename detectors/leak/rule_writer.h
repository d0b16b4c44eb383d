// Rules to the YAML that rule_loader.h reads. Pure, any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "detectors/leak/rule.h"

namespace leaktrip {

// A whole file: its provider (empty: none) and rules; what a rule has by default is left out.
std::string WriteRules(std::string_view provider, const std::vector<Rule>& rules);
// A whole file of allow/. Values are fingerprints already and are written as such.
std::string WriteAllowEntries(const std::vector<AllowEntry>& entries);
// A text as a YAML scalar on one line.
std::string YamlScalar(std::string_view text);

}  // namespace leaktrip

// The literals one of which must stand in a record for a rule to match, as RE2 derives them; lower
// case. Empty when the pattern has none, or cannot be compiled. Pure, any thread.
#pragma once

#include <string>
#include <vector>

#include "detectors/leak/rule.h"

namespace leaktrip {

std::vector<std::string> KeywordsOf(const Rule& rule);

}  // namespace leaktrip

// The literals of which one must stand in a record for a rule to match, as stage one looks for
// them; caseless ones in lower case. Empty when the pattern has none. Pure, any thread.
#pragma once

#include <string>
#include <vector>

#include "detectors/leak/rule.h"

namespace leaktrip {

std::vector<std::string> KeywordsOf(const Rule& rule);

}  // namespace leaktrip

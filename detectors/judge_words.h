// The words and details of a leak for its alert. Pure functions; nothing of a guessable secret is
// shown.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "detectors/access/knowledge.h"
#include "detectors/alert.h"
#include "detectors/judge.h"
#include "detectors/leak/finding.h"

namespace leaktrip {

std::string LeakSummary(const Finding& finding);
// "found in topic logs, partition 0, offset 17, by rule github-pat"
std::string FoundWords(const Finding& finding, const RecordOrigin& origin);
// Where it was found, whose it is and how it was used, what spoke for it.
std::vector<std::string> LeakReasons(const Finding& finding, const RecordOrigin& origin,
                                     const TokenFacts* facts);
LeakDetails DetailsOf(const Finding& finding, const RecordOrigin& origin);

}  // namespace leaktrip

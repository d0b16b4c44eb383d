// Side feeds: what others know of tokens, one JSON object a line.
// Leaks: {ts, token_sha256, source}; revocations: {ts, token_sha256, user, reason}.
//
// Failure: an unreadable file; a bad line is an error with its place. At most 5 million lines.
#pragma once

#include <string>
#include <vector>

#include "detectors/access/knowledge.h"
#include "detectors/base/result.h"

namespace leaktrip {

template <typename Fact>
struct FedFact {
  Fingerprint token;
  Fact fact;
};

// Sorted by time.
Result<std::vector<FedFact<LeakFact>>> ReadLeaks(const std::string& path);
Result<std::vector<FedFact<RevocationFact>>> ReadRevocations(const std::string& path);

}  // namespace leaktrip

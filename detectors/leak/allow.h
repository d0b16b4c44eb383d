// AllowEntry: findings that people looked at and want to hear no more of, and why.
//
// An entry names secrets (by value, regular expression or fingerprint) or places (path, topic), for
// some rules or for all. Every sort of condition that it gives must hold; of the alternatives of
// one sort, one must. It silences what would have been reported and nothing else: the specific
// finding that it drops does not make way for a generic one of the same bytes. After `expires` it
// silences nothing.
//
// A plain value. The secrets that a file spells out are kept as their SHA-256 only.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "detectors/base/fingerprint.h"
#include "detectors/base/result.h"
#include "detectors/base/time.h"

namespace leaktrip {

struct AllowEntry {
  std::vector<std::string> rules;         // ids, or beginnings of ids and `*`; empty: any
  std::vector<Fingerprint> values;        // SHA-256 of whole secrets
  std::vector<std::string> regexes;       // found anywhere in the secret
  std::vector<std::string> paths;         // regular expressions, found anywhere in the path
  std::vector<std::string> topics;        // names, or regular expressions that begin with ^
  std::vector<Fingerprint> fingerprints;  // as findings and alerts show them
  std::string reason;
  std::optional<Millis> expires;  // the first moment at which it no longer holds
  Place place;
};

}  // namespace leaktrip

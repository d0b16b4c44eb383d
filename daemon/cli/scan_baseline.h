// ScanBaseline: the findings of an earlier scan, known and accepted.
//
// Read from what `scan --format jsonl` wrote, or from fingerprints, one a line; blank lines and
// lines that begin with # are skipped; may be .gz or .zst. A secret in it is known wherever it
// stands: moving a line raises nothing. Fingerprints of passwords are keyed by the machine, so a
// baseline knows those of its own machine only. Immutable, any thread.
#pragma once

#include <string>
#include <unordered_set>

#include "detectors/base/fingerprint.h"
#include "detectors/base/result.h"

namespace leaktrip {

class ScanBaseline {
 public:
  // Failure: the file cannot be read, or the first line that holds no fingerprint, with its place.
  static Result<ScanBaseline> Read(const std::string& path);

  bool Knows(const Fingerprint& fingerprint) const { return known_.contains(fingerprint); }

 private:
  std::unordered_set<Fingerprint, FingerprintHash> known_;
};

}  // namespace leaktrip

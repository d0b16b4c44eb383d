// AllowList: the allow entries of a rule set, compiled.
//
// Immutable, any thread. Time comes in with the call, so that an entry ends while the daemon runs.
// Cost of a look: one hash of the secret, and each entry that has no value or fingerprint.
#pragma once

#include <re2/re2.h>

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "detectors/leak/allow.h"
#include "detectors/leak/finding.h"
#include "detectors/leak/rule.h"

namespace leaktrip {

// Where a finding was made; empty: not known, and no entry that asks for it holds.
struct AllowPlace {
  std::string_view path;  // of the file, or of the request or log file that the record names
  std::string_view topic;
};

class AllowList {
 public:
  AllowList() = default;
  // Reports what RE2 refuses.
  AllowList(std::vector<AllowEntry> entries, Errors* errors);

  bool empty() const { return entries_.empty(); }
  // The entry that silences the finding, nullptr when none does.
  const AllowEntry* Find(const Finding& finding, const AllowPlace& place, Millis now) const;
  // What is wrong with entries without being an error: those that have expired, and those for
  // rules that are not there.
  Errors Warnings(const std::vector<Rule>& rules, Millis now) const;

 private:
  using Regexes = std::vector<std::unique_ptr<re2::RE2>>;
  struct Compiled {
    Regexes secrets, paths, topics;
  };

  bool Holds(size_t index, const Finding& finding, const Fingerprint& value,
             const AllowPlace& place, Millis now) const;

  std::vector<AllowEntry> entries_;
  std::vector<Compiled> compiled_;  // parallel to entries_
  std::unordered_multimap<Fingerprint, size_t, FingerprintHash> by_digest_;
  std::vector<size_t> others_;  // entries without a value or fingerprint
};

// "my-rules/allow/ci.yaml:3 allows it: test account of the CI"
std::string AllowWords(const AllowEntry& entry);

}  // namespace leaktrip

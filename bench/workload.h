// Workloads: log text made from a seed, so that no file of it lies in the repository and every run
// measures the same bytes.
//
// The lines are of our own making after the shapes of real ones: what matters to a scanner is how
// often letters, digits, separators, long words and URLs occur. No line but those of kLeaky holds a
// credential.
#pragma once

#include <cstdint>
#include <string>

namespace leaktrip::bench {

enum class Workload {
  kQuiet,        // service logs: words, numbers, addresses
  kDense,        // every line full of hex ids, UUIDs and long random words
  kAccess,       // access log lines with queries and referers
  kJson,         // minified JSON records of 8 KB
  kMixed,        // a quarter of each of the above
  kLeaky,        // kMixed, a token in one of 1,000 lines
  kAdversarial,  // every few bytes a hit of stage one, no match
};

// At least `bytes` of whole lines.
std::string MakeText(Workload workload, size_t bytes, uint32_t seed);
// Native JSON access events of `users` users over `count` lines, a few of them failing.
std::string MakeAccessEvents(size_t count, uint32_t users, uint32_t seed);

}  // namespace leaktrip::bench

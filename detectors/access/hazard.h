// Hazard: how often something happens for the first time to those it never happened to, learned
// over everybody.
//
// "First time in a new country" is no number of one user's past: it is learned from how often users
// with a history of that length did it. Buckets are powers of two of the visits so far. This is an
// empirical Bayes prior; a user's own rate takes over as soon as there is one. A value.
#pragma once

#include <array>
#include <cstddef>

#include "detectors/base/state_bytes.h"

namespace leaktrip {

class Hazard {
 public:
  // A visit of somebody it never happened to, after `visits` others; it happened now or not.
  void Learn(double visits, bool happened);
  double Rate(double visits) const;

  void Write(StateWriter* writer) const;
  bool Read(StateReader* reader);

 private:
  static constexpr size_t kBuckets = 16;
  static size_t Bucket(double visits);

  std::array<double, kBuckets> firsts_{};
  std::array<double, kBuckets> exposures_{};
};

// The rate of one user: its own past, with the hazard for what it never did.
double OwnRate(double times, double visits, double hazard);

}  // namespace leaktrip

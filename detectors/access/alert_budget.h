// AlertBudget: the score that is reached about N times a day.
//
// A fading histogram (half-life 7 days, bins of a quarter nat) of the best score that each case
// reached; the threshold is the lowest score above which no more than the budget fall per day, told
// by the tail of the histogram (tail.h). It follows the traffic instead of being set once. A value.
#pragma once

#include <array>

#include "detectors/access/places.h"

namespace leaktrip {

class AlertBudget {
 public:
  // The best score of a case has risen; before is 0 for a new case.
  void Learn(Millis ts, double before, double now);
  // At least `least`; `fallback` until two days were seen. kOwners: of the owners' scores, whatever
  // attacks there are above; kAll: of all scores.
  enum class Of : uint8_t { kOwners, kAll };
  double Threshold(double per_day, double least, double fallback, Of of) const;

  void Write(StateWriter* writer) const;
  bool Read(StateReader* reader);

 private:
  static constexpr size_t kBins = 80;
  static size_t Bin(double score);

  std::array<double, kBins> cases_{};
  double days_ = 0;
  Millis day_ = 0;  // start of the open day
};

}  // namespace leaktrip

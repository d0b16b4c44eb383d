// Campaign: guessing that is spread over so many sources that no single one stands out.
//
// Every ten minutes the number of (source, account) pairs refused on unfamiliar ground, at most two
// per source, goes into a CUSUM against its own normal for that hour of the day (E. S. Page,
// "Continuous inspection schemes", 1954, with Poisson likelihood ratio). Time is that of the
// events; an event that comes too late counts in the open window. A value: its owner saves it.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "detectors/access/places.h"

namespace leaktrip {

class Campaign {
 public:
  struct Settings {
    double alarm = 16;     // S above this raises
    double calm = 1;       // S below this ends the case
    double rate = 0.02;    // how fast the normal follows
    size_t warm_up = 144;  // windows before anything is raised: one day
  };
  explicit Campaign(const Settings& settings) : settings_(settings) {}

  // Every event moves time on; a pair counts once per window. True when this raises a case.
  bool Observe(Millis ts, uint64_t source, uint64_t target);
  void Advance(Millis ts);

  double sum() const { return With(x_, window_); }  // the open window included
  Millis started() const { return started_; }
  double normal() const;                           // pairs per window, now
  double pairs() const { return pairs_; }          // since the case began
  size_t sources() const { return seen_.size(); }  // in the open window

  void Write(StateWriter* writer) const;
  bool Read(StateReader* reader);

 private:
  static constexpr size_t kMostSources = 4096;
  struct Seen {
    uint64_t source = 0;
    std::array<uint64_t, 2> targets{};
  };

  double& Normal(Millis ts);
  double With(double x, Millis ts) const;
  void CloseWindow();

  Settings settings_;
  std::array<double, 24> normal_{};
  std::array<uint64_t, 24> windows_{};
  uint64_t closed_ = 0;
  double sum_ = 0;
  double pairs_ = 0;
  Millis window_ = 0;  // start of the open one
  Millis started_ = 0;
  bool raised_ = false;
  double x_ = 0;
  std::vector<Seen> seen_;
};

}  // namespace leaktrip

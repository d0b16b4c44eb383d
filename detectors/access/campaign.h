// Campaign: guessing that is spread over so many sources that no single one stands out.
//
// Every ten minutes the number of (source, account) pairs refused on unfamiliar ground, at most two
// per source, goes into a CUSUM against its own normal for that hour of the day (E. S. Page,
// "Continuous inspection schemes", 1954, with Poisson likelihood ratio). Time is that of the
// events; an event that comes too late counts in the open window. A value: its owner saves it.
#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "detectors/access/places.h"

namespace leaktrip {

// exp(16) to one: about one false case in 10^7 windows under the model, more than a century.
inline constexpr double kCampaignAlarm = 16;
// Below this a campaign is no campaign: single sources have their own detectors.
inline constexpr size_t kCampaignSources = 6;

class Campaign {
 public:
  struct Settings {
    double calm = 1;       // S below this ends the case
    double rate = 0.02;    // how fast the normal follows
    size_t warm_up = 144;  // windows before anything is raised: one day
  };
  Campaign() = default;
  explicit Campaign(const Settings& settings) : settings_(settings) {}

  // Every event moves time on; a pair counts once per window.
  void Observe(Millis ts, uint64_t source, uint64_t target);
  void Advance(Millis ts);

  double sum() const { return With(x_, window_); }  // the open window included
  Millis started() const { return started_; }
  double normal() const;                               // pairs per window, now
  double pairs() const { return pairs_; }              // since the case began
  double rate() const { return std::max(x_, peak_); }  // the most pairs in a window of the case
  // Distinct sources since the case began, the first 64.
  const std::vector<uint64_t>& sources() const { return sources_; }
  // A case with this much evidence (nats) from at least so many sources, after the warm-up, that
  // still goes on at `ts`.
  bool Over(double alarm, size_t sources, Millis ts) const {
    return closed_ >= settings_.warm_up && sources_.size() >= sources &&
           targets_.size() >= kLeastTargets && sum() > alarm && ts - window_ < kHour;
  }

  void Write(StateWriter* writer) const;
  bool Read(StateReader* reader);

 private:
  static constexpr size_t kMostSources = 4096;
  static constexpr size_t kMostNamed = 64;
  static constexpr size_t kLeastTargets = 3;  // fewer are targeted-account's case
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
  double x_ = 0;
  double peak_ = 0;  // most pairs in a closed window of the case
  std::vector<uint64_t> sources_;
  std::vector<uint64_t> targets_;  // distinct ones of the case, the first 3
  std::vector<Seen> seen_;
};

}  // namespace leaktrip

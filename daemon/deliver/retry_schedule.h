// When to try again: the schedule of one request, and the breaker of one endpoint.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>

#include "detectors/base/time.h"

namespace leaktrip {

// Wait before each attempt, as Standard Webhooks suggests it; after the last one it is given up.
inline constexpr std::array<Millis, 10> kDeliverySchedule = {
    0,          5'000,      300'000,    1'800'000,  7'200'000,
    18'000'000, 36'000'000, 50'400'000, 72'000'000, 86'400'000};
// A leaked token does not get better with waiting.
inline constexpr std::array<Millis, 8> kRevocationSchedule = {
    0, 5'000, 30'000, 120'000, 600'000, 1'800'000, 7'200'000, 21'600'000};

// The wait after `attempts` failed ones, moved by up to a tenth either way by random in [0, 1);
// never less than retry_after. nullopt: the schedule has ended.
std::optional<Millis> RetryDelay(std::span<const Millis> schedule, int attempts,
                                 std::optional<Millis> retry_after, double random);

// Breaker: holds an endpoint off after several failures in a row, so that one that is down costs
// one attempt per pause instead of one per delivery. Times are monotonic. One thread.
class Breaker {
 public:
  static constexpr int kFailures = 5;
  static constexpr Millis kFirstPause = 30'000;
  static constexpr Millis kLongestPause = 600'000;

  // How many requests may be in flight: all, one to probe after a pause, or none during it.
  size_t Room(Millis now, size_t all) const;
  void Succeeded();
  // retry_after: the endpoint asked for this pause itself.
  void Failed(Millis now, std::optional<Millis> retry_after);
  // For a trouble of our own.
  void Pause(Millis until) { open_until_ = until > open_until_ ? until : open_until_; }
  bool IsOpen(Millis now) const { return now < open_until_; }

 private:
  int failures_ = 0;
  Millis pause_ = 0;
  Millis open_until_ = 0;
};

}  // namespace leaktrip

// ManualClock: time that stands still until a test moves it. Any thread.
#pragma once

#include <atomic>

#include "daemon/ops/clock.h"

namespace leaktrip::test {

class ManualClock : public Clock {
 public:
  static constexpr Millis kStart = 1'700'000'000'000;  // 2023-11-14T22:13:20Z

  Millis Wall() const override { return wall_.load(); }
  Millis Monotonic() const override { return monotonic_.load(); }

  // Time passes: both clocks go on.
  void Advance(Millis millis) {
    wall_ += millis;
    monotonic_ += millis;
  }
  // Somebody sets the wall clock.
  void SetWall(Millis wall) { wall_ = wall; }

 private:
  std::atomic<Millis> wall_ = kStart;
  std::atomic<Millis> monotonic_ = 1'000'000;
};

}  // namespace leaktrip::test

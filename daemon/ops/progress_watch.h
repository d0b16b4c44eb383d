// ProgressWatch: whether a number that should move has moved lately. Update() from one thread,
// Moving() from any.
#pragma once

#include <atomic>
#include <cstdint>

#include "detectors/base/time.h"

namespace leaktrip {

class ProgressWatch {
 public:
  static constexpr Millis kPatience = 30'000;

  explicit ProgressWatch(Millis now) : moved_(now) {}
  // now is monotonic.
  void Update(uint64_t progress, Millis now) {
    if (progress == last_) return;
    last_ = progress;
    moved_ = now;
  }
  bool Moving(Millis now) const { return now - moved_ < kPatience; }
  Millis StillFor(Millis now) const { return now - moved_; }

 private:
  uint64_t last_ = 0;
  std::atomic<Millis> moved_;
};

}  // namespace leaktrip

#include "daemon/ops/clock.h"

#include <chrono>

namespace leaktrip {
namespace {

template <typename StdClock>
Millis Now() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(StdClock::now().time_since_epoch())
      .count();
}

class SystemClock : public Clock {
 public:
  Millis Wall() const override { return Now<std::chrono::system_clock>(); }
  Millis Monotonic() const override { return Now<std::chrono::steady_clock>(); }
};

}  // namespace

const Clock& Clock::System() {
  static const SystemClock clock;
  return clock;
}

}  // namespace leaktrip

// Clock: the two times of the daemon, so that tests can turn them by hand
// (tests/support/manual_clock.h). Any thread.
#pragma once

#include "detectors/base/time.h"

namespace leaktrip {

class Clock {
 public:
  virtual ~Clock() = default;
  virtual Millis Wall() const = 0;       // since 1970; for people, signatures and stored due times
  virtual Millis Monotonic() const = 0;  // never goes back; for timeouts and intervals

  static const Clock& System();
};

}  // namespace leaktrip

// EventClock: keeps one event from the far future from making everything else look old.
//
// Time is that of the events. A time more than a year ahead of all others is taken for a broken
// clock and set to the latest good time, unless three such times in a row agree within a day: then
// the log itself has jumped. Late events keep their time. A value; one thread.
#pragma once

#include <cstdint>

#include "detectors/access/places.h"

namespace leaktrip {

class EventClock {
 public:
  Millis Admit(Millis ts) {
    if (now_ == 0 || ts <= now_ + kMostAhead) {
      ahead_count_ = 0;
      now_ = now_ > ts ? now_ : ts;
      return ts;
    }
    const bool agrees = ahead_count_ > 0 && ts - ahead_ < kDay && ahead_ - ts < kDay;
    ahead_count_ = agrees ? ahead_count_ + 1 : 1;
    ahead_ = ts;
    if (ahead_count_ >= kAgree) {
      ahead_count_ = 0;
      return now_ = ts;
    }
    ++clamped_;
    return now_;
  }
  uint64_t clamped() const { return clamped_; }

  void Write(StateWriter* writer) const {
    writer->Int(now_).Int(ahead_).Uint(ahead_count_).Uint(clamped_);
  }
  bool Read(StateReader* reader) {
    now_ = reader->Int();
    ahead_ = reader->Int();
    ahead_count_ = reader->Uint();
    clamped_ = reader->Uint();
    return reader->ok();
  }

 private:
  static constexpr Millis kMostAhead = 366 * kDay;
  static constexpr uint64_t kAgree = 3;

  Millis now_ = 0;
  Millis ahead_ = 0;
  uint64_t ahead_count_ = 0;
  uint64_t clamped_ = 0;
};

}  // namespace leaktrip

// AlertCap: how many alerts of one detector get through in a day (UTC, by event time).
//
// Detections that no budget governs, such as a leaked token in use, are exempt from it, but not
// without end: after `most` a day one alert says so and the rest are counted. A value; one thread.
#pragma once

#include <cstdint>

#include "detectors/access/places.h"

namespace leaktrip {

class AlertCap {
 public:
  enum class Verdict : uint8_t { kPass, kLast, kDrop };

  Verdict Admit(Millis ts, uint64_t most) {
    if (ts / kDay > day_) {
      day_ = ts / kDay;
      count_ = 0;
    }
    ++count_;
    if (count_ > most) ++dropped_;
    return count_ <= most ? Verdict::kPass : count_ == most + 1 ? Verdict::kLast : Verdict::kDrop;
  }
  uint64_t dropped() const { return dropped_; }

  void Write(StateWriter* writer) const { writer->Int(day_).Uint(count_).Uint(dropped_); }
  bool Read(StateReader* reader) {
    day_ = reader->Int();
    count_ = reader->Uint();
    dropped_ = reader->Uint();
    return reader->ok();
  }

 private:
  int64_t day_ = 0;
  uint64_t count_ = 0;
  uint64_t dropped_ = 0;
};

}  // namespace leaktrip

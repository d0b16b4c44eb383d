// An open alert of the Judge with what is counted behind it, and its saved form. A value.
#pragma once

#include <string>

#include "detectors/alert.h"
#include "detectors/base/state_bytes.h"

namespace leaktrip {

struct OpenAlert {
  Alert alert;
  Millis last_case = 0;  // start of the newest case that went in
  double gravity = 0;    // how bad the worst use so far is, beyond its severity

  void Write(StateWriter* writer) const;
  bool Read(StateReader* reader);
};

}  // namespace leaktrip

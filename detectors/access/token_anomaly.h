// What every verdict on the use of one token has in common: who takes part, and which case it is.
// Pure, any thread.
#pragma once

#include <string_view>

#include "detectors/access/detector.h"

namespace leaktrip {

// An anomaly with detector, times and entities filled in; score, severity and words are the
// detector's. REQUIRES: event.token.
Anomaly TokenAnomaly(std::string_view detector, const AccessEvent& event, Millis started);

}  // namespace leaktrip

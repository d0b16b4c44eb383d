// Faults on demand, for the tests that kill or hang the daemon at a named point.
//
// LEAKTRIP_SIMULATE holds "crash-at:POINT:N" or "hang-at:POINT:N": the Nth time that POINT is
// reached the process dies as by `kill -9`, or that thread stops for good. Without it a point costs
// one load. Any thread.
#pragma once

#include <string_view>

namespace leaktrip {

// point: "batch-received", "batch-scanned", "batch-judged", "before-commit", "after-commit",
// "offsets-stored", …
void SimulationPoint(std::string_view point);

}  // namespace leaktrip

// What the process as a whole must be: no core dump (it would hold tokens), owner-only files, no
// death by a closed pipe. Call once, before any thread starts.
#pragma once

#include "detectors/base/result.h"

namespace leaktrip {

// Failure: kIo when the kernel refused; the process must not go on then.
Result<void> HardenProcess();

}  // namespace leaktrip

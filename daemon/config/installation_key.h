// Keys that belong to one installation: made once, kept owner-only, never configured by hand.
#pragma once

#include <string>

#include "detectors/base/result.h"
#include "detectors/base/secret.h"

namespace leaktrip {

// 32 bytes kept as hex in dir/name; made from the system's random source when the file is not
// there. Two processes that start together agree on one. Failure: kIo, or kInvalid for a file that
// is not such a key (it is never replaced: what it protects would be lost).
Result<Secret> LoadOrMakeKey(const std::string& dir, const std::string& name);
// A key for commands that have no state folder: the same on each run of this machine, another on
// any other.
Secret MachineKey();

}  // namespace leaktrip

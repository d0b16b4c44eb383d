// Runs the examples of every format: each must be read as it says, by its own format alone, and the
// texts in `rejects` must not be. 10.0.0.0/8 counts as trusted proxies; records without a year
// were written at the end of 2024. Pure function; every failure is an error with its place.
#pragma once

#include <memory>

#include "detectors/access/format.h"
#include "detectors/base/result.h"

namespace leaktrip {

void CheckFormatExamples(const std::shared_ptr<const FormatSet>& formats, Errors* errors);

}  // namespace leaktrip

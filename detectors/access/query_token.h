// A credential in the query of a request target, so that the use of a token that leaked in a URL is
// recognised. Pure function.
#pragma once

#include <optional>
#include <string_view>

#include "detectors/base/fingerprint.h"

namespace leaktrip {

// The fingerprint of the first parameter whose name speaks of a credential and whose
// percent-decoded value is long and random enough to be one (20 characters, 3 bits each).
std::optional<Fingerprint> QueryToken(std::string_view query);

}  // namespace leaktrip

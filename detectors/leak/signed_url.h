// When a signed URL stops working, by its own parameters: AWS (X-Amz-Date, X-Amz-Expires), Google
// (X-Goog-…), CloudFront and older ones (Expires), Azure shared access signatures (se).
//
// Pure, any thread; linear in the text.
#pragma once

#include <optional>
#include <string_view>

#include "detectors/base/time.h"

namespace leaktrip {

// parameters: the query, or a part of it. nullopt when none of them says it.
std::optional<Millis> SignedUrlExpiry(std::string_view parameters);

}  // namespace leaktrip

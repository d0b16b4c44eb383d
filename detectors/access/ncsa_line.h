// NCSA common and combined log lines, also with a virtual host in front, to AccessEvents.
// Pure function; views point into the line, escapes of the log stay as written. Failure: a reason
// of AccessParser::kReasons.
#pragma once

#include <expected>
#include <string_view>

#include "detectors/access/access_event.h"

namespace leaktrip {

std::expected<AccessEvent, std::string_view> ParseNcsaLine(std::string_view line);

// Splits a request target at its query, and takes a token from the query when the event has none.
void SetTarget(std::string_view target, AccessEvent* event);
inline constexpr size_t kMostUserBytes = 256;

}  // namespace leaktrip

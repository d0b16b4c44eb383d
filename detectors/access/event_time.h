// Time stamps as logs write them, told apart by their shape:
//
//   2024-03-04T00:00:19.185+02:00   ISO 8601, also with a space, '/' in the date, "UTC", no zone
//   1709510419, 1709510419185, …    seconds, milliseconds, microseconds, nanoseconds since 1970,
//                                   told apart by their size; fractions allowed
//   04/Mar/2024:00:00:19 +0000      NCSA, also with a fraction and without a zone
//   Mon, 04 Mar 2024 00:00:19 GMT   RFC 2822, HTTP, RFC 850
//   Mon Mar  4 00:00:19.185 2024    ctime, Apache's error log
//   Mar  4 00:00:19                 syslog, without a year
//
// Pure function. Failure: nullopt for anything else, and for a stamp without a year when `near` is
// not known.
#pragma once

#include <optional>
#include <string_view>

#include "detectors/base/time.h"

namespace leaktrip {

struct TimeContext {
  // About when the record was written. A stamp without a year is the latest one at most a day after
  // it. 0: unknown.
  Millis near = 0;
  int zone_minutes = 0;  // east of UTC, of stamps that name no zone
};

std::optional<Millis> ParseEventTime(std::string_view text, const TimeContext& context);

}  // namespace leaktrip

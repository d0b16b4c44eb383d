// Points in time as milliseconds since 1970-01-01 UTC, and their RFC 3339 text. No clock in here:
// in detectors/ time comes in with the event. Pure functions, any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace leaktrip {

using Millis = int64_t;

// "2024-03-04T00:00:19.185Z" (milliseconds only when not zero).
std::string FormatTime(Millis time);
// RFC 3339: "2024-03-04T00:00:19.185Z", "2024-03-04T02:00:19+02:00", also with a space for the T.
// Digits after the third of a fraction are dropped. nullopt for anything else.
std::optional<Millis> ParseTime(std::string_view text);
// The fields of a civil UTC time; nullopt when a field is out of its range. Leap second 60 counts
// as 59.
std::optional<Millis> CivilTime(int year, int month, int day, int hour, int minute, int second);

}  // namespace leaktrip

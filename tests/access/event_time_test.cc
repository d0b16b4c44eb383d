#include "detectors/access/event_time.h"

#include <gtest/gtest.h>

namespace leaktrip {
namespace {

std::string Read(std::string_view text, const TimeContext& context = {}) {
  const auto time = ParseEventTime(text, context);
  return time ? FormatTime(*time) : "none";
}

TEST(EventTime, EveryUsualShapeIsRead) {
  for (const auto* text :
       {"2024-03-04T00:00:19.185Z", "2024-03-04T00:00:19.185632Z", "2024-03-04T02:00:19.185+02:00",
        "2024-03-03T16:00:19.185-0800", "2024-03-04 00:00:19,185", "2024/03/04 00:00:19.185",
        "2024-03-04 00:00:19.185 UTC", "2024-03-04 00:00:19.185 +0000 UTC", "1709510419.185",
        "1709510419185", "1709510419185000", "1709510419185000000", "1.709510419185e9",
        "04/Mar/2024:00:00:19.185 +0000", "[04/Mar/2024:01:00:19.185 +0100]",
        "Mon Mar 04 00:00:19.185 2024", "Mon, 04 Mar 2024 00:00:19.185 GMT",
        "04 Mar 2024 00:00:19.185 +0000"})
    EXPECT_EQ(Read(text), "2024-03-04T00:00:19.185Z") << text;
}

TEST(EventTime, OtherShapesWithoutAFraction) {
  for (const auto* text :
       {"Mon, 04 Mar 2024 00:00:19 GMT", "Monday, 04-Mar-24 00:00:19 GMT",
        "Mon Mar  4 00:00:19 2024", "Mon Mar  4 00:00:19 UTC 2024", "Mar  4 2024 00:00:19",
        "Sun, 03 Mar 2024 19:00:19 EST", "4 Mar 2024 00:00:19 GMT", "1709510419",
        "04/Mar/2024:00:00:19", "2024-03-04T00:00:19+00"})
    EXPECT_EQ(Read(text), "2024-03-04T00:00:19Z") << text;
}

TEST(EventTime, AStampWithoutAZoneTakesTheOneThatIsSaid) {
  EXPECT_EQ(Read("2024-03-04 02:00:19", {.zone_minutes = 120}), "2024-03-04T00:00:19Z");
  EXPECT_EQ(Read("2024-03-04T00:00:19Z", {.zone_minutes = 120}), "2024-03-04T00:00:19Z");
}

TEST(EventTime, AStampWithoutAYearIsTheLatestBeforeTheRecord) {
  const Millis january = *ParseTime("2024-01-05T00:00:00Z");
  EXPECT_EQ(Read("Dec 31 23:59:59", {.near = january}), "2023-12-31T23:59:59Z");
  EXPECT_EQ(Read("Jan  1 00:00:01", {.near = january}), "2024-01-01T00:00:01Z");
  EXPECT_EQ(Read("Jan  5 12:00:00", {.near = january}), "2024-01-05T12:00:00Z");  // clocks differ
  EXPECT_EQ(Read("Jan  7 12:00:00", {.near = january}), "2023-01-07T12:00:00Z");
  EXPECT_EQ(Read("Feb 29 12:00:00", {.near = january}), "2020-02-29T12:00:00Z");
  EXPECT_EQ(Read("Mar  4 00:00:19.185", {.near = january}), "2023-03-04T00:00:19.185Z");
  EXPECT_EQ(Read("Mar  4 00:00:19"), "none");
}

TEST(EventTime, AnythingElseIsRefused) {
  for (const auto* text : {"",
                           "-",
                           "now",
                           "2024-03-04",
                           "00:00:19",
                           "2024-13-04T00:00:19Z",
                           "2024-03-04T24:00:19Z",
                           "30/Feb/2024:00:00:19 +0000",
                           "04/Foo/2024:00:00:19 +0000",
                           "Mon, 04 Mar 2024",
                           "2024-03-04T00:00:19 CEST",
                           "2024-03-04T00:00:19+2500",
                           "-1709510419",
                           "1709510419x",
                           "1e99",
                           "nan",
                           "Mar",
                           "Mon",
                           "Mon ",
                           "Feb 30 00:00:00",
                           "2024-03-04T00:00:19Z trailing"})
    EXPECT_EQ(Read(text, {.near = 1'709'510'419'000}), "none") << text;
}

}  // namespace
}  // namespace leaktrip

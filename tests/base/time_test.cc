#include "detectors/base/time.h"

#include <gtest/gtest.h>

namespace leaktrip {
namespace {

TEST(Time, RoundTripsMilliseconds) {
  EXPECT_EQ(FormatTime(*ParseTime("2024-03-04T00:00:19.185Z")), "2024-03-04T00:00:19.185Z");
}

TEST(Time, OffsetIsTakenOff) {
  EXPECT_EQ(FormatTime(*ParseTime("2024-03-04T02:00:19+02:00")), "2024-03-04T00:00:19Z");
}

TEST(Time, ImpossibleDatesAreRefused) {
  EXPECT_FALSE(ParseTime("2023-02-29T00:00:00Z"));
  EXPECT_FALSE(ParseTime("2024-03-04T25:00:00Z"));
  EXPECT_FALSE(ParseTime("2024-03-04"));
  EXPECT_FALSE(ParseTime(""));
}

}  // namespace
}  // namespace leaktrip

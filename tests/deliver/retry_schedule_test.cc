#include "daemon/deliver/retry_schedule.h"

#include <gtest/gtest.h>

#include "daemon/deliver/http_client.h"

namespace leaktrip {
namespace {

TEST(RetrySchedule, WaitsGrowAndEnd) {
  EXPECT_EQ(RetryDelay(kDeliverySchedule, 1, {}, 0.5), 5'000);
  EXPECT_EQ(RetryDelay(kDeliverySchedule, 2, {}, 0.5), 300'000);
  EXPECT_EQ(RetryDelay(kDeliverySchedule, 9, {}, 0.5), 86'400'000);
  EXPECT_FALSE(RetryDelay(kDeliverySchedule, 10, {}, 0.5));
}

TEST(RetrySchedule, JitterIsATenthEitherWay) {
  EXPECT_EQ(RetryDelay(kDeliverySchedule, 1, {}, 0), 4'500);
  EXPECT_EQ(RetryDelay(kDeliverySchedule, 1, {}, 0.999), 5'499);
}

TEST(RetrySchedule, RetryAfterOnlyProlongs) {
  EXPECT_EQ(RetryDelay(kDeliverySchedule, 1, 60'000, 0.5), 60'000);
  EXPECT_EQ(RetryDelay(kDeliverySchedule, 2, 60'000, 0.5), 300'000);
}

TEST(RetryAfter, SecondsAndDatesAreRead) {
  constexpr Millis kNow = 1'700'000'000'000;  // Tue, 14 Nov 2023 22:13:20 GMT
  EXPECT_EQ(ParseRetryAfter(" 120\r\n", kNow), 120'000);
  EXPECT_EQ(ParseRetryAfter("Tue, 14 Nov 2023 22:14:20 GMT", kNow), 60'000);
  EXPECT_EQ(ParseRetryAfter("Tue, 14 Nov 2023 22:00:00 GMT", kNow), 0);
  EXPECT_EQ(ParseRetryAfter("99999999999999999999999", kNow), 86'400'000);
  EXPECT_FALSE(ParseRetryAfter("-5", kNow));
  EXPECT_FALSE(ParseRetryAfter("", kNow));
  EXPECT_FALSE(ParseRetryAfter("later", kNow));
}

TEST(Breaker, OpensAfterFiveFailuresAndProbesOnce) {
  Breaker breaker;
  for (int i = 0; i < 4; ++i) breaker.Failed(1000, {});
  EXPECT_EQ(breaker.Room(1000, 4), 4u);
  breaker.Failed(1000, {});
  EXPECT_EQ(breaker.Room(1000, 4), 0u);
  EXPECT_EQ(breaker.Room(31'000, 4), 1u);
  breaker.Failed(31'000, {});
  EXPECT_EQ(breaker.Room(90'000, 4), 0u);
  EXPECT_EQ(breaker.Room(91'000, 4), 1u);
  breaker.Succeeded();
  EXPECT_EQ(breaker.Room(91'000, 4), 4u);
}

TEST(Breaker, EndpointMayAskForItsOwnPause) {
  Breaker breaker;
  breaker.Failed(1000, 120'000);
  EXPECT_EQ(breaker.Room(100'000, 4), 0u);
  EXPECT_EQ(breaker.Room(121'000, 4), 4u);
}

}  // namespace
}  // namespace leaktrip

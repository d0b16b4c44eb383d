#include "daemon/ingest/kafka_stats.h"

#include <gtest/gtest.h>

namespace leaktrip {
namespace {

TEST(ParseLag, PrefersWhatWeStoredAndSkipsTheUnknown) {
  const auto lags = ParseLag(R"({"name":"x","topics":{"logs":{"partitions":{
      "0":{"consumer_lag":-1,"consumer_lag_stored":7},
      "1":{"consumer_lag":5,"consumer_lag_stored":-1},
      "2":{"consumer_lag":-1,"consumer_lag_stored":-1},
      "-1":{"consumer_lag":3,"consumer_lag_stored":3}}}}})");
  ASSERT_EQ(lags.size(), 2U);
  EXPECT_EQ(lags[0].records, 7);
  EXPECT_EQ(lags[1].partition, 1);
  EXPECT_EQ(lags[1].records, 5);
}

TEST(ParseLag, AnythingElseIsNoLag) {
  for (const char* text : {"", "{", "[]", "{}", R"({"topics":[]})", R"({"topics":{"a":1}})"}) {
    EXPECT_TRUE(ParseLag(text).empty()) << text;
  }
}

}  // namespace
}  // namespace leaktrip

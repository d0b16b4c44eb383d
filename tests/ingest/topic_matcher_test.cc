#include "daemon/ingest/topic_matcher.h"

#include <gtest/gtest.h>

namespace leaktrip {
namespace {

TEST(TopicMatcher, FirstMatchInConfigurationOrderWins) {
  const std::vector<TopicConfig> topics = {
      {.name = "^access[.](eu|us)$"}, {.name = "^access"}, {.name = "logs"}};
  Errors errors;
  const TopicMatcher matcher(topics, {}, &errors);
  EXPECT_TRUE(errors.empty());
  EXPECT_EQ(matcher.Find("access.eu"), &topics[0]);
  EXPECT_EQ(matcher.Find("access.asia"), &topics[1]);
  EXPECT_EQ(matcher.Find("logs"), &topics[2]);
  EXPECT_EQ(matcher.Find("logs2"), nullptr);
}

TEST(TopicMatcher, EveryBadExpressionIsReported) {
  const std::vector<TopicConfig> topics = {{.name = "^a["}, {.name = "^b("}, {.name = "^c"}};
  Errors errors;
  const TopicMatcher matcher(topics, {"leaktrip.yaml", 7, 3}, &errors);
  ASSERT_EQ(errors.size(), 2U);
  EXPECT_EQ(errors[0].place.line, 7);
  EXPECT_EQ(matcher.Find("cc"), &topics[2]);
}

}  // namespace
}  // namespace leaktrip

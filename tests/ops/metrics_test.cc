#include "daemon/ops/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "daemon/ops/metrics_table.h"

namespace leaktrip {
namespace {

using testing::HasSubstr;

TEST(Metrics, CountersGaugesAndHistogramsAppearWithHelpAndPrefix) {
  Metrics metrics;
  metrics.Count("records_received_total", 3, {{"topic", "web"}});
  metrics.Count("records_received_total", 2, {{"topic", "web"}});
  metrics.Set("rules_loaded", 40);
  metrics.Observe("batch_duration_seconds", 0.02);
  const std::string text = metrics.Text();
  EXPECT_THAT(text, HasSubstr("# HELP leaktrip_records_received_total Records read, by topic."));
  EXPECT_THAT(text, HasSubstr("leaktrip_records_received_total{topic=\"web\"} 5"));
  EXPECT_THAT(text, HasSubstr("leaktrip_rules_loaded 40"));
  EXPECT_THAT(text, HasSubstr("leaktrip_batch_duration_seconds_bucket{le=\"0.025\"} 1"));
}

TEST(Metrics, LabelValuesAreEscaped) {
  Metrics metrics;
  metrics.Count("errors_total", 1, {{"stage", "a\"b\nc"}, {"type", "x"}});
  EXPECT_THAT(metrics.Text(), HasSubstr(R"(stage="a\"b\nc")"));
}

TEST(Metrics, TableHasHelpForEachNameAndCountersEndInTotal) {
  for (const auto& info : MetricsTable()) {
    EXPECT_FALSE(info.help.empty()) << info.name;
    EXPECT_EQ(info.kind == MetricKind::kCounter, info.name.ends_with("_total")) << info.name;
  }
}

}  // namespace
}  // namespace leaktrip

#include "daemon/pipeline/judge_stage.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "daemon/config/rules_folder.h"
#include "daemon/pipeline/parser_set.h"
#include "tests/support/manual_clock.h"
#include "tests/support/memory_source.h"

namespace leaktrip::test {
namespace {

using testing::HasSubstr;

TEST(JudgeStage, WhatRaisedNoAlertIsCountedByReasonAndTheLagIsTold) {
  Errors errors;
  auto detectors =
      DetectorSet::Make(Below(ShippedRules(), "access/"),
                        {{"access/general.yaml", "simulate: true\n"}}, Networks::None(), &errors);
  ASSERT_TRUE(errors.empty()) << errors.front().ToString();
  Judge judge(std::move(detectors), {});
  const PipelineHooks hooks;
  ManualClock clock;
  Metrics metrics;
  JudgeStage stage(&judge, &hooks, &clock, &metrics);

  const TopicConfig topic{.name = "access"};
  MemorySource source(1);
  source.Add(topic, "a spraying source", clock.Wall() - 7000);
  ScanResult result;
  result.job.batch = *source.Poll(std::chrono::milliseconds(1));
  std::vector<std::string> users;
  for (int i = 0; i < 30; ++i) users.push_back("user-" + std::to_string(i));
  for (const std::string& user : users) {
    AccessEvent event;
    event.ts = clock.Wall();
    event.client_ip = IpAddress::Parse("192.0.2.66");
    event.method = "POST";
    event.path = "/login";
    event.status = 401;
    event.user = user;
    result.events.push_back({0, event});
  }
  stage.Take(result);

  EXPECT_TRUE(stage.TakeUnit().alerts.empty());
  EXPECT_THAT(metrics.Text(), HasSubstr("leaktrip_alerts_suppressed_total{reason=\"simulated\"}"));
  EXPECT_THAT(metrics.Text(), HasSubstr("leaktrip_consumer_lag_seconds 7"));
}

}  // namespace
}  // namespace leaktrip::test

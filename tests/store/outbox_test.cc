#include "daemon/store/outbox.h"

#include <gtest/gtest.h>

#include "tests/support/alerts.h"
#include "tests/support/temp_dir.h"

namespace leaktrip {
namespace {

using test::MakeAlert;

constexpr Millis kNow = 1'700'000'000'000;

class OutboxTest : public testing::Test {
 protected:
  void SetUp() override {
    store_ = *Store::Open({.dir = dir_.path(), .targets = {{"hook", Severity::kLow}}});
  }
  void Add(const std::string& name, Millis now = kNow) {
    CommitUnit unit;
    unit.alerts.push_back(MakeAlert(name));
    ASSERT_TRUE(store_->Commit(unit, now));
  }
  Delivery Only() { return outbox().Due("hook", kNow, 2)->at(0); }
  Outbox outbox() { return Outbox(*store_); }

  test::TempDir dir_;
  std::unique_ptr<Store> store_;
};

TEST(WebhookIds, HoldNoDotAndStayDifferent) {
  EXPECT_EQ(WebhookId("lt-1", 2, "hook"), "msg_lt-1_2_hook");
  EXPECT_EQ(WebhookId("lt-1", 2, "a.b").find('.'), std::string::npos);
  EXPECT_NE(WebhookId("lt-1", 2, "a.b"), WebhookId("lt-1", 2, "a-b"));
}

TEST_F(OutboxTest, FailedDeliveryWaitsForItsTime) {
  Add("one");
  ASSERT_TRUE(outbox().Failed(Only().seq, kNow + 5000, "HTTP 500"));
  EXPECT_TRUE(outbox().Due("hook", kNow + 4999, 10)->empty());
  const auto due = *outbox().Due("hook", kNow + 5000, 10);
  ASSERT_EQ(due.size(), 1u);
  EXPECT_EQ(due[0].attempts, 1);
  EXPECT_EQ(due[0].last_error, "HTTP 500");
  EXPECT_EQ(*outbox().NextDue("hook"), kNow + 5000);
}

TEST_F(OutboxTest, DeadDeliveryIsListedUntilItIsRetried) {
  Add("one");
  const std::string id = Only().id;
  ASSERT_TRUE(outbox().Dead(Only().seq, "HTTP 400"));
  EXPECT_TRUE(outbox().Due("hook", kNow, 10)->empty());
  EXPECT_EQ(outbox().List({.state = DeliveryState::kDead})->size(), 1u);
  EXPECT_EQ(outbox().Stats()->dead, 1);
  ASSERT_TRUE(outbox().Retry(id, kNow));
  EXPECT_EQ(Only().attempts, 0);
}

TEST_F(OutboxTest, RetryOfADeliveryEnablesItsEndpoint) {
  Add("one");
  ASSERT_TRUE(outbox().Disable("hook", "HTTP 410", kNow));
  ASSERT_TRUE(outbox().Bury("hook", "endpoint is disabled"));
  EXPECT_EQ(outbox().Disabled()->at("hook"), "HTTP 410");
  EXPECT_EQ(*outbox().RetryDead("", kNow), 1);
  EXPECT_TRUE(outbox().Disabled()->empty());
}

TEST_F(OutboxTest, DroppedDeliveryIsGoneAndAnUnknownOneIsAnError) {
  Add("one");
  ASSERT_TRUE(outbox().Drop(Only().id));
  EXPECT_EQ(outbox().Stats()->pending, 0);
  EXPECT_EQ(outbox().Drop("msg_x_1_hook").error().code, Code::kNotFound);
  EXPECT_EQ(outbox().Retry("msg_x_1_hook", kNow).error().code, Code::kNotFound);
  EXPECT_EQ(outbox().Get("msg_x_1_hook").error().code, Code::kNotFound);
}

TEST_F(OutboxTest, PruneForgetsOnlyWhatIsDoneAndOld) {
  Add("done");
  ASSERT_TRUE(outbox().Delivered(Only().seq));
  Add("dead");
  ASSERT_TRUE(outbox().Dead(Only().seq, "HTTP 400"));
  Add("pending");
  Add("new", kNow + 1000);
  EXPECT_EQ(*outbox().Prune(kNow + 500), 2);  // one delivery and its alert
  EXPECT_EQ(store_->Alerts(10)->size(), 3u);
  EXPECT_EQ(outbox().Stats()->oldest_pending, kNow);
}

}  // namespace
}  // namespace leaktrip

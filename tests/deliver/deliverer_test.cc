#include "daemon/deliver/deliverer.h"

#include <gtest/gtest.h>

#include "daemon/store/outbox.h"
#include "tests/support/alerts.h"
#include "tests/support/http_receiver.h"
#include "tests/support/manual_clock.h"
#include "tests/support/temp_dir.h"
#include "tests/support/wait.h"

namespace leaktrip {
namespace {

using test::Behaviour;
using test::HttpReceiver;
using test::MakeAlert;
using Kind = test::Behaviour::Kind;

const std::string kSecret = "a signing secret of enough bytes";
constexpr Millis kMinute = 60'000;
constexpr Millis kDay = 24 * 60 * kMinute;

class DelivererTest : public testing::Test {
 protected:
  void Make(std::vector<std::pair<std::string, std::string>> urls, Millis timeout = 5'000) {
    Deliverer::Options options;
    for (auto& [name, url] : urls) {
      Endpoint endpoint{name, url, {}, Severity::kLow, timeout};
      endpoint.secrets.emplace_back(kSecret);
      options.endpoints.push_back(std::move(endpoint));
    }
    options.store = {.dir = dir_.path(), .targets = DeliveryTargets(options.endpoints)};
    options.clock = &clock_;
    options.metrics = &metrics_;
    store_ = *Store::Open(options.store);
    deliverer_ = *Deliverer::Make(std::move(options));
  }
  void Add(const std::string& name) {
    CommitUnit unit;
    unit.alerts.push_back(MakeAlert(name));
    ASSERT_TRUE(store_->Commit(unit, clock_.Wall()));
  }
  OutboxStats Stats() { return *Outbox(*store_).Stats(); }
  std::vector<Delivery> Deliveries() { return *Outbox(*store_).List({}); }
  bool Counted(const std::string& endpoint, const std::string& result) {
    return metrics_.Text().find("leaktrip_deliveries_total{endpoint=\"" + endpoint +
                                "\",result=\"" + result + "\"}") != std::string::npos;
  }

  test::TempDir dir_;
  test::ManualClock clock_;
  Metrics metrics_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<Deliverer> deliverer_;
  HttpReceiver receiver_{kSecret, clock_};
};

TEST_F(DelivererTest, AlertArrivesSignedUnderItsId) {
  Make({{"hook", receiver_.Url()}});
  Add("one");
  deliverer_->RunDue();
  const auto requests = receiver_.requests();
  ASSERT_EQ(requests.size(), 1u);
  EXPECT_TRUE(requests[0].signature_valid);
  EXPECT_EQ(requests[0].method, "POST");
  EXPECT_EQ(requests[0].Header("content-type"), "application/json");
  EXPECT_EQ(requests[0].Header("webhook-id"), "msg_" + AlertId({"one"}) + "_1_hook");
  EXPECT_EQ(requests[0].body.find(R"({"type":"leak.detected","timestamp":")"), 0u);
  EXPECT_EQ(Stats().delivered, 1);
  EXPECT_TRUE(Counted("hook", "delivered"));
}

TEST_F(DelivererTest, ScheduleAndRetryAfterAreHonoured) {
  Make({{"hook", receiver_.Url()}});
  receiver_.Script({{500, {}}, {429, {"Retry-After: 600"}}, {200, {}}});
  Add("one");
  deliverer_->RunDue();
  deliverer_->RunDue();
  EXPECT_EQ(receiver_.count(), 1u);
  clock_.Advance(6'000);
  deliverer_->RunDue();
  EXPECT_EQ(receiver_.count(), 2u);
  clock_.Advance(6 * kMinute);  // the schedule's own five minutes are over
  deliverer_->RunDue();
  EXPECT_EQ(receiver_.count(), 2u);
  clock_.Advance(4 * kMinute);
  deliverer_->RunDue();
  EXPECT_EQ(receiver_.count(), 3u);
  EXPECT_EQ(Stats().delivered, 1);
}

TEST_F(DelivererTest, RedirectIsAFailureAndNeverFollowed) {
  HttpReceiver elsewhere(kSecret, clock_);
  Make({{"hook", receiver_.Url()}});
  receiver_.Script({{302, {"Location: " + elsewhere.Url()}},
                    {307, {"Location: http://169.254.169.254/latest/meta-data"}},
                    {301, {"Location: file:///etc/passwd"}}});
  Add("one");
  for (int i = 0; i < 3; ++i) {
    deliverer_->RunDue();
    clock_.Advance(kDay);
  }
  EXPECT_EQ(receiver_.count(), 3u);
  EXPECT_EQ(elsewhere.count(), 0u);
  EXPECT_EQ(Deliveries()[0].last_error, "HTTP 301");
}

TEST_F(DelivererTest, GoneDisablesTheEndpointUntilAnOperatorRetries) {
  Make({{"hook", receiver_.Url()}});
  receiver_.Otherwise({410, {}});
  Add("one");
  deliverer_->RunDue();
  Add("two");
  deliverer_->RunDue();
  EXPECT_EQ(receiver_.count(), 1u);
  EXPECT_EQ(Stats().dead, 2);
  EXPECT_TRUE(Counted("hook", "gone"));
  receiver_.Otherwise({200, {}});
  ASSERT_TRUE(Outbox(*store_).RetryDead("hook", clock_.Wall()));
  deliverer_->RunDue();
  EXPECT_EQ(Stats().delivered, 2);
}

TEST_F(DelivererTest, LostReplyIsRepeatedUnderTheSameIdWithAFreshSignature) {
  Make({{"hook", receiver_.Url()}});
  receiver_.Script({{200, {}, Kind::kClose}});
  Add("one");
  deliverer_->RunDue();
  clock_.Advance(10 * kMinute);
  deliverer_->RunDue();
  const auto requests = receiver_.requests();
  ASSERT_EQ(requests.size(), 2u);
  EXPECT_EQ(requests[0].Header("webhook-id"), requests[1].Header("webhook-id"));
  EXPECT_EQ(requests[0].body, requests[1].body);
  EXPECT_NE(requests[0].Header("webhook-timestamp"), requests[1].Header("webhook-timestamp"));
  EXPECT_TRUE(requests[1].signature_valid);
}

TEST_F(DelivererTest, HangingAndDrippingEndpointsAreCutOffAndHoldNobodyUp) {
  HttpReceiver hanging(kSecret, clock_), dripping(kSecret, clock_);
  hanging.Otherwise({200, {}, Kind::kHang});
  dripping.Otherwise({200, {}, Kind::kDrip});
  Make({{"a-hanging", hanging.Url()}, {"b-dripping", dripping.Url()}, {"hook", receiver_.Url()}},
       300);
  Add("one");
  Add("two");
  deliverer_->RunDue();
  EXPECT_EQ(receiver_.count(), 2u);
  EXPECT_EQ(Stats().delivered, 2);
  EXPECT_EQ(Stats().pending, 4);
  EXPECT_TRUE(Counted("a-hanging", "failed"));
  EXPECT_TRUE(Counted("b-dripping", "failed"));
}

TEST_F(DelivererTest, EndpointThatIsDownForLongLosesNothing) {
  Make({{"hook", receiver_.Url()}});
  receiver_.Otherwise({503, {}});
  for (int i = 0; i < 20; ++i) Add("alert " + std::to_string(i));
  for (int hour = 0; hour < 26; ++hour) {
    deliverer_->RunDue();
    clock_.Advance(60 * kMinute);
  }
  // The breaker costs an attempt per pause, not one per delivery.
  EXPECT_LT(receiver_.count(), 200u);
  EXPECT_EQ(Stats().pending, 20);
  receiver_.Otherwise({200, {}});
  for (int hour = 0; hour < 30; ++hour) {
    deliverer_->RunDue();
    clock_.Advance(60 * kMinute);
  }
  EXPECT_EQ(Stats().delivered, 20);
}

TEST_F(DelivererTest, EndOfTheScheduleIsADeadLetterThatStays) {
  Make({{"hook", receiver_.Url()}});
  receiver_.Otherwise({400, {}});
  Add("one");
  for (int i = 0; i < 12; ++i) {
    deliverer_->RunDue();
    clock_.Advance(2 * kDay);
  }
  EXPECT_EQ(receiver_.count(), 10u);
  EXPECT_EQ(Stats().dead, 1);
  EXPECT_EQ(Deliveries()[0].last_error, "HTTP 400");
  EXPECT_TRUE(Counted("hook", "dead"));
}

TEST_F(DelivererTest, ForbiddenAddressesAndSchemesAreRefusedAndCounted) {
  Make({{"metadata", "http://169.254.169.254/latest"},
        {"mapped", "http://[::ffff:169.254.169.254]/latest"},
        {"unspecified", "http://0.0.0.0:" + std::to_string(receiver_.port()) + "/hook"},
        {"file", "file:///etc/passwd"}});
  Add("one");
  deliverer_->RunDue();
  EXPECT_EQ(receiver_.count(), 0u);
  for (const auto* name : {"metadata", "mapped", "unspecified"})
    EXPECT_TRUE(Counted(name, "refused")) << name;
  EXPECT_TRUE(Counted("file", "failed"));
  EXPECT_EQ(Stats().pending, 4);
}

TEST_F(DelivererTest, ErrorsNameNeitherUrlNorBody) {
  Make({{"hook", "http://127.0.0.1:1/services/T0/B0/very-secret-path"}});
  Add("one");
  deliverer_->RunDue();
  EXPECT_EQ(Deliveries()[0].last_error.find("very-secret"), std::string::npos);
  EXPECT_FALSE(Deliveries()[0].last_error.empty());
}

TEST_F(DelivererTest, ThreadDeliversWhatAWakeAnnouncesAndStopsInTheMiddleOfAHang) {
  HttpReceiver hanging(kSecret, clock_);
  hanging.Otherwise({200, {}, Kind::kHang});
  Make({{"hanging", hanging.Url()}, {"hook", receiver_.Url()}}, 60'000);
  deliverer_->Start();
  Add("one");
  deliverer_->Wake();
  EXPECT_TRUE(test::WaitFor([this] { return Stats().delivered == 1; }));
  EXPECT_TRUE(test::WaitFor([&] { return hanging.count() == 1; }));
  deliverer_->Stop(std::chrono::milliseconds(50));
  EXPECT_EQ(Stats().pending, 1);
}

TEST_F(DelivererTest, DeliveryCutOffByAStopIsRepeatedByTheNextRun) {
  Make({{"hook", receiver_.Url()}}, 60'000);
  receiver_.Script({{200, {}, Kind::kHang}});
  deliverer_->Start();
  Add("one");
  deliverer_->Wake();
  ASSERT_TRUE(test::WaitFor([this] { return receiver_.count() == 1; }));
  deliverer_->Stop(std::chrono::milliseconds(0));
  Make({{"hook", receiver_.Url()}});
  deliverer_->RunDue();
  const auto requests = receiver_.requests();
  ASSERT_EQ(requests.size(), 2u);
  EXPECT_EQ(requests[0].Header("webhook-id"), requests[1].Header("webhook-id"));
  EXPECT_EQ(Stats().delivered, 1);
}

}  // namespace
}  // namespace leaktrip

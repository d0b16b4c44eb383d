#include "daemon/ops/health_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <httplib.h>

#include <atomic>

namespace leaktrip {
namespace {

using testing::HasSubstr;

class HealthServerTest : public testing::Test {
 protected:
  void SetUp() override {
    auto server = HealthServer::Start(
        "127.0.0.1:0", metrics_,
        [this] { return std::vector<HealthCheck>{{"progress", alive_, ""}}; },
        [this] {
          return std::vector<HealthCheck>{{"rules", true, "40"}, {"store", ready_, "disk full"}};
        });
    ASSERT_TRUE(server) << server.error().ToString();
    server_ = std::move(*server);
    client_ = std::make_unique<httplib::Client>("127.0.0.1", server_->port());
  }

  Metrics metrics_;
  std::atomic<bool> alive_ = true;
  std::atomic<bool> ready_ = false;
  std::unique_ptr<HealthServer> server_;
  std::unique_ptr<httplib::Client> client_;
};

TEST_F(HealthServerTest, MetricsAreServedAsPrometheusText) {
  metrics_.Set("rules_loaded", 40);
  const auto response = client_->Get("/metrics");
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 200);
  EXPECT_THAT(response->get_header_value("Content-Type"), HasSubstr("version=0.0.4"));
  EXPECT_THAT(response->body, HasSubstr("leaktrip_rules_loaded 40"));
}

TEST_F(HealthServerTest, ProbesAnswerWithTheirState) {
  auto response = client_->Get("/healthz");
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 200);
  EXPECT_EQ(response->body, "progress: ok\n");
  alive_ = false;
  EXPECT_EQ(client_->Get("/healthz")->status, 503);
  response = client_->Get("/readyz");
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 503);
  EXPECT_EQ(response->body, "rules: ok, 40\nstore: failed, disk full\n");
  ready_ = true;
  EXPECT_EQ(client_->Get("/readyz")->status, 200);
}

TEST_F(HealthServerTest, NothingElseIsServed) {
  EXPECT_EQ(client_->Get("/")->status, 404);
  EXPECT_EQ(client_->Get("/../etc/passwd")->status, 404);
  EXPECT_EQ(client_->Post("/metrics", "x", "text/plain")->status, 404);
}

TEST_F(HealthServerTest, TakenPortIsAnError) {
  const auto second = HealthServer::Start(
      "127.0.0.1:" + std::to_string(server_->port()), metrics_,
      [] { return std::vector<HealthCheck>{}; }, [] { return std::vector<HealthCheck>{}; });
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error().message, HasSubstr("cannot listen"));
}

TEST_F(HealthServerTest, ForeignAddressesAreRefused) {
  for (const auto* listen : {"0.0.0.0:0", "[::]:0", "localhost", "192.0.2.1:80"})
    EXPECT_FALSE(HealthServer::Start(listen, metrics_, {}, {})) << listen;
}

}  // namespace
}  // namespace leaktrip

// What the source does when its broker goes away.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "daemon/ingest/kafka_source.h"
#include "tests/support/collect.h"
#include "tests/support/kafka_broker.h"
#include "tests/support/kafka_client.h"
#include "tests/support/wait.h"

namespace leaktrip::test {
namespace {

using std::chrono::seconds;
using std::chrono::steady_clock;
using testing::ElementsAre;

class KafkaFaultTest : public testing::Test {
 protected:
  KafkaFaultTest() : client_(broker_.address()) {
    client_.CreateTopic("logs", 2);
    client_.Produce("logs", 0, {"a"});
    client_.Produce("logs", 1, {"b"});
  }

  std::unique_ptr<KafkaSource> Open() {
    KafkaSource::Options options;
    options.config.brokers = {broker_.address()};
    options.config.topics = {{.name = "logs", .logs = true}};
    options.config.librdkafka = {{"session.timeout.ms", "6000"},
                                 {"reconnect.backoff.max.ms", "500"},
                                 {"auto.commit.interval.ms", "100"},
                                 {"statistics.interval.ms", "200"}};
    options.metrics = &metrics_;
    Errors errors;
    return KafkaSource::Open(std::move(options), &errors);
  }

  KafkaBroker broker_;
  KafkaClient client_;
  Metrics metrics_;
};

TEST_F(KafkaFaultTest, ReadsOnAfterTheBrokerWasKilledAndLagReturnsToZero) {
  auto source = Open();
  Collected collected = Collect(source.get(), 2);
  source->Store(collected.Offsets());
  broker_.Kill();
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(PollOnce(source.get(), &collected));
  broker_.Restart();
  client_.Produce("logs", 0, {"c"});
  client_.Produce("logs", 1, {"d"});
  ASSERT_TRUE(
      WaitFor([&] { return PollOnce(source.get(), &collected) && collected.values.size() >= 4; }));
  // At least once: a record may come twice after a rebalance, none may be missing.
  for (const char* value : {"a", "b", "c", "d"}) {
    EXPECT_THAT(collected.values, testing::Contains(value));
  }
  source->Store(collected.Offsets());
  EXPECT_TRUE(WaitFor([&] { return PollOnce(source.get(), &collected) && source->lag() == 0; }));
  EXPECT_NE(metrics_.Text().find("leaktrip_kafka_errors_total"), std::string::npos);
}

TEST_F(KafkaFaultTest, CloseKeepsItsDeadlineWhenTheBrokerIsDead) {
  auto source = Open();
  Collected collected = Collect(source.get(), 2);
  source->Store(collected.Offsets());
  broker_.Kill();
  // The client would wait for its session timeout of six seconds and more.
  const auto start = steady_clock::now();
  source->Close(std::chrono::milliseconds(500));
  EXPECT_LT(steady_clock::now() - start, seconds(5));
}

TEST_F(KafkaFaultTest, CloseKeepsItsDeadlineWhenTheBrokerIsFrozen) {
  auto source = Open();
  Collect(source.get(), 2);
  broker_.Freeze();
  const auto start = steady_clock::now();
  source->Close(std::chrono::milliseconds(500));
  EXPECT_LT(steady_clock::now() - start, seconds(5));
  broker_.Thaw();
}

TEST_F(KafkaFaultTest, MembersThatComeAndGoMissNoRecord) {
  auto first = Open();
  Collected one = Collect(first.get(), 2);
  first->Store(one.Offsets());
  std::vector<std::string> all = one.values;
  for (int round = 0; round < 3; ++round) {
    auto second = Open();
    Collected two;
    ASSERT_TRUE(WaitFor([&] {
      return PollOnce(first.get(), &one) && PollOnce(second.get(), &two) &&
             first->assigned() == 1 && second->assigned() == 1;
    }));
    client_.Produce("logs", 0, {"r" + std::to_string(2 * round)});
    client_.Produce("logs", 1, {"r" + std::to_string(2 * round + 1)});
    ASSERT_TRUE(WaitFor([&] {
      return PollOnce(first.get(), &one) && PollOnce(second.get(), &two) &&
             two.values.size() >= 1 && one.values.size() >= 3U + static_cast<size_t>(round);
    }));
    second->Store(two.Offsets());
    all.insert(all.end(), two.values.begin(), two.values.end());
    second->Close(seconds(10));
    ASSERT_TRUE(WaitFor([&] { return PollOnce(first.get(), &one) && first->assigned() == 2; }));
  }
  all.insert(all.end(), one.values.begin(), one.values.end());
  for (int i = 0; i < 6; ++i) EXPECT_THAT(all, testing::Contains("r" + std::to_string(i)));
}

}  // namespace
}  // namespace leaktrip::test

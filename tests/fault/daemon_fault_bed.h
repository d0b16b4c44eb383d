// DaemonFaultTest: a daemon as a process on a real broker, a topic with planted tokens and a
// receiver. Whatever a test does to the daemon, at its end no planted token may be in anything that
// was written or sent, save in requests to the paths that a test names as revocation endpoints.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <map>
#include <set>

#include "bench/record_stream.h"
#include "daemon/store/store.h"
#include "detectors/base/encoding.h"
#include "tests/support/daemon_process.h"
#include "tests/support/http_receiver.h"
#include "tests/support/kafka_broker.h"
#include "tests/support/kafka_client.h"
#include "tests/support/planted_sweep.h"
#include "tests/support/temp_dir.h"

namespace leaktrip::test {

inline constexpr char kKey[] = "0123456789abcdef0123456789abcdef";
inline constexpr int kPartitions = 4;

class DaemonFaultTest : public testing::Test {
 protected:
  explicit DaemonFaultTest(KafkaBroker* broker = nullptr)
      : broker_(broker == nullptr ? KafkaBroker::Shared() : *broker),
        client_(broker_.address()),
        topic_(testing::UnitTest::GetInstance()->current_test_info()->name()),
        stream_(1, 50),
        receiver_(kKey) {
    client_.CreateTopic(topic_, kPartitions);
    std::ofstream(dir_.File("secret")) << "whsec_" << Base64Encode(kKey) << "\n";
  }

  // Whatever a test did to the daemon, no planted token is in what it wrote or sent.
  void TearDown() override {
    EXPECT_GE(sweep_.Folder(dir_.File("")), 3U);  // configuration, log, store
    for (const Received& request : receiver_.requests()) {
      if (request.path == revocation_path_) continue;
      sweep_.Text("a request's body", request.body);
      for (const auto& [name, value] : request.headers) sweep_.Text("a request's " + name, value);
    }
    EXPECT_GT(sweep_.planted(), 0U);
    EXPECT_THAT(sweep_.leaks(), testing::IsEmpty());
  }

  // Writes records, each partition in turn; one in 50 holds a token.
  void Produce(int records) {
    std::vector<std::vector<std::optional<std::string>>> parts(kPartitions);
    std::string record;
    for (int i = 0; i < records; ++i) {
      const std::string token = stream_.Next(&record);
      if (!token.empty()) sweep_.Plant(token);
      parts[static_cast<size_t>(i % kPartitions)].push_back(record);
    }
    for (int32_t p = 0; p < kPartitions; ++p) client_.Produce(topic_, p, parts[p]);
  }

  DaemonProcess::Options Options(const std::string& name, const std::string& simulate = "") {
    const std::string config = dir_.File(name + ".yaml");
    std::ofstream(config) << "kafka:\n  brokers: ['" << broker_.address()
                          << "']\n  group_id: " << topic_ << "-"
                          << name
                          // A restarted static member has its partitions back at once.
                          << "\n  instance_id: one\n  topics: [{name: " << topic_
                          << ", logs: true}]\n  librdkafka: {session.timeout.ms: 6000}\n"
                          << "state_dir: " << dir_.File(name)
                          << "\nlisten: 127.0.0.1:0\nwebhooks:\n"
                          << "  - {name: soc, url: '" << receiver_.Url("/" + name)
                          << "', secret_file: secret}\n"
                          << extra_;
    return {.binary = LEAKTRIP_BINARY,
            .config = config,
            .log = dir_.File(name + ".log"),
            .arguments = {},
            .simulate = simulate};
  }
  void RunToEnd(const std::string& name) {
    auto options = Options(name);
    options.arguments = {"--exit-at-end"};
    EXPECT_EQ(DaemonProcess(options).Wait(), 0) << Log(name);
  }

  std::string Log(const std::string& name) {
    std::ifstream in(dir_.File(name + ".log"));
    return {std::istreambuf_iterator<char>(in), {}};
  }

  // "id revision" of every stored alert.
  std::multiset<std::string> Stored(const std::string& name) {
    std::multiset<std::string> stored;
    auto store = Store::Open({.dir = dir_.File(name), .recover = false});
    EXPECT_TRUE(store.has_value());
    if (!store) return stored;
    const auto alerts = (*store)->Alerts(100'000);
    for (const Alert& alert : *alerts) {
      stored.insert(alert.id + " " + std::to_string(alert.revision));
    }
    return stored;
  }

  // How often each webhook-id came.
  std::map<std::string, int> Delivered(const std::string& name) {
    std::map<std::string, int> times;
    for (const Received& request : receiver_.requests()) {
      if (request.path != "/" + name) continue;
      EXPECT_TRUE(request.signature_valid);
      ++times[request.Header("webhook-id")];
    }
    return times;
  }

  TempDir dir_;
  KafkaBroker& broker_;
  KafkaClient client_;
  const std::string topic_;
  bench::RecordStream stream_;
  HttpReceiver receiver_;
  PlantedSweep sweep_;
  std::string extra_;            // more of the configuration
  std::string revocation_path_;  // requests to it may hold tokens
};

}  // namespace leaktrip::test

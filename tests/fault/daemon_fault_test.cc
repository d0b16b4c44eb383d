// The daemon as a process on a real broker, with faults on its way: the promise is that every
// planted token is alerted exactly once and delivered, whatever happens.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <random>
#include <set>
#include <thread>

#include "bench/record_stream.h"
#include "daemon/store/store.h"
#include "detectors/base/encoding.h"
#include "tests/support/daemon_process.h"
#include "tests/support/http_receiver.h"
#include "tests/support/kafka_broker.h"
#include "tests/support/kafka_client.h"
#include "tests/support/temp_dir.h"
#include "tests/support/wait.h"

namespace leaktrip::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;

constexpr char kKey[] = "0123456789abcdef0123456789abcdef";
constexpr int kPartitions = 4;

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

  // Writes records, each partition in turn; one in 50 holds a token.
  void Produce(int records) {
    std::vector<std::vector<std::optional<std::string>>> parts(kPartitions);
    std::string record;
    for (int i = 0; i < records; ++i) {
      planted_ += !stream_.Next(&record).empty();
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
                          << "state_dir: " << dir_.File(name) << "\nlisten: ''\nwebhooks:\n"
                          << "  - {name: soc, url: '" << receiver_.Url("/" + name)
                          << "', secret_file: secret}\n";
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
  int planted_ = 0;
};

TEST_F(DaemonFaultTest, TwentyKillsChangeNothingInWhatIsAlerted) {
  constexpr const char* kPoints[] = {"batch-received", "batch-scanned", "batch-judged",
                                     "before-commit",  "after-commit",  "offsets-stored"};
  std::mt19937 random(7);
  for (int round = 0; round < 20; ++round) {
    Produce(500);
    if (round % 2 == 0) {
      const std::string point = kPoints[round / 2 % 6];
      DaemonProcess daemon(
          Options("killed", "crash-at:" + point + ":" + std::to_string(1 + random() % 3)));
      // A point may lie beyond what there is to do; then it is a kill at rest.
      if (daemon.Wait(seconds(4)) == -1) daemon.Signal(SIGKILL);
      EXPECT_EQ(daemon.Wait(), 128 + SIGKILL) << Log("killed");
    } else {
      DaemonProcess daemon(Options("killed"));
      std::this_thread::sleep_for(milliseconds(random() % 2500));  // the fault, not a wait
      daemon.Signal(SIGKILL);
      EXPECT_EQ(daemon.Wait(), 128 + SIGKILL) << Log("killed");
    }
  }
  RunToEnd("killed");
  RunToEnd("undisturbed");
  const auto expected = Stored("undisturbed");
  EXPECT_EQ(expected.size(), static_cast<size_t>(planted_));
  EXPECT_EQ(Stored("killed"), expected);
  // The receiver knows repeats by their id; there is one id for each alert.
  EXPECT_EQ(Delivered("killed").size(), expected.size());
  for (const auto& [id, times] : Delivered("undisturbed")) EXPECT_EQ(times, 1) << id;
}

TEST_F(DaemonFaultTest, HungWorkerEndsByTheDeadlineAndItsRecordsAreReadAgain) {
  Produce(500);
  {
    DaemonProcess daemon(Options("hung", "hang-at:batch-scanned:1"));
    ASSERT_TRUE(WaitFor([&] { return Log("hung").find("assigned, now 4") != std::string::npos; }));
    ASSERT_FALSE(WaitFor([&] { return !daemon.Running(); }, seconds(1)));
    daemon.Signal(SIGTERM);
    EXPECT_EQ(daemon.Wait(seconds(15)), 2) << Log("hung");
    EXPECT_THAT(Log("hung"), HasSubstr("a thread hangs"));
  }
  RunToEnd("hung");
  EXPECT_EQ(Stored("hung").size(), static_cast<size_t>(planted_));
}

TEST_F(DaemonFaultTest, PoisonRecordsAreCountedAndTheRestIsAlerted) {
  std::string record;
  std::string token;
  while (token.empty()) token = stream_.Next(&record);
  std::string nul = "x ";
  nul += '\0';
  client_.Produce(topic_, 0,
                  {std::string(990'000, 'A'), nul, "\xff\xfe\x80 bad", "{\"ts\": ", "",
                   std::nullopt, std::string(900'000, '['), "%25%25%25%", record});
  RunToEnd("poison");
  EXPECT_EQ(Stored("poison").size(), 1U) << Log("poison");
}

class OwnBrokerFaultTest : public DaemonFaultTest {
 protected:
  OwnBrokerFaultTest() : DaemonFaultTest(NewBroker()) {}
  ~OwnBrokerFaultTest() override { own_.reset(); }
  static KafkaBroker* NewBroker() {
    own_ = std::make_unique<KafkaBroker>();
    return own_.get();
  }
  static inline std::unique_ptr<KafkaBroker> own_;
};

TEST_F(OwnBrokerFaultTest, SigtermWithADeadBrokerEndsInTimeAndLosesNothing) {
  Produce(500);
  DaemonProcess daemon(Options("dead"));
  ASSERT_TRUE(WaitFor([&] { return Delivered("dead").size() == static_cast<size_t>(planted_); }))
      << Log("dead");
  broker_.Kill();
  daemon.Signal(SIGTERM);
  EXPECT_EQ(daemon.Wait(seconds(12)), 0) << Log("dead");
  EXPECT_EQ(Stored("dead").size(), static_cast<size_t>(planted_));

  broker_.Restart();
  Produce(500);
  RunToEnd("dead");
  EXPECT_EQ(Stored("dead").size(), static_cast<size_t>(planted_));
  for (const auto& [id, times] : Delivered("dead")) EXPECT_EQ(times, 1) << id;
}

TEST_F(OwnBrokerFaultTest, BrokerRestartUnderLoadLosesNothing) {
  DaemonProcess daemon(Options("restart"));
  Produce(1000);
  ASSERT_TRUE(WaitFor([&] { return !Delivered("restart").empty(); })) << Log("restart");
  broker_.Kill();
  broker_.Restart();
  Produce(1000);
  EXPECT_TRUE(WaitFor([&] { return Delivered("restart").size() == static_cast<size_t>(planted_); },
                      seconds(60)))
      << Log("restart");
  daemon.Signal(SIGTERM);
  EXPECT_EQ(daemon.Wait(seconds(12)), 0) << Log("restart");
  EXPECT_EQ(Stored("restart").size(), static_cast<size_t>(planted_));
}

}  // namespace
}  // namespace leaktrip::test

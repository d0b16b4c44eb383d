// The daemon as a process on a real broker, with faults on its way: the promise is that every
// planted token is alerted exactly once and delivered, whatever happens.
#include <algorithm>
#include <random>
#include <thread>

#include "tests/fault/daemon_fault_bed.h"
#include "tests/support/wait.h"

namespace leaktrip::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;

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
  EXPECT_EQ(expected.size(), sweep_.planted());
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
  EXPECT_EQ(Stored("hung").size(), sweep_.planted());
}

TEST_F(DaemonFaultTest, PoisonRecordsAreCountedAndTheRestIsAlerted) {
  std::string record;
  std::string token;
  while (token.empty()) token = stream_.Next(&record);
  sweep_.Plant(token);
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
  ASSERT_TRUE(WaitFor([&] { return Delivered("dead").size() == sweep_.planted(); })) << Log("dead");
  broker_.Kill();
  daemon.Signal(SIGTERM);
  EXPECT_EQ(daemon.Wait(seconds(12)), 0) << Log("dead");
  EXPECT_EQ(Stored("dead").size(), sweep_.planted());

  broker_.Restart();
  Produce(500);
  RunToEnd("dead");
  EXPECT_EQ(Stored("dead").size(), sweep_.planted());
  for (const auto& [id, times] : Delivered("dead")) EXPECT_EQ(times, 1) << id;
}

TEST_F(OwnBrokerFaultTest, BrokerRestartUnderLoadLosesNothing) {
  DaemonProcess daemon(Options("restart"));
  Produce(1000);
  ASSERT_TRUE(WaitFor([&] { return !Delivered("restart").empty(); })) << Log("restart");
  broker_.Kill();
  broker_.Restart();
  Produce(1000);
  EXPECT_TRUE(WaitFor([&] { return Delivered("restart").size() == sweep_.planted(); }, seconds(60)))
      << Log("restart");
  daemon.Signal(SIGTERM);
  EXPECT_EQ(daemon.Wait(seconds(12)), 0) << Log("restart");
  EXPECT_EQ(Stored("restart").size(), sweep_.planted());
}

}  // namespace
}  // namespace leaktrip::test

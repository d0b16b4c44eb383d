#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "tests/cli/run_command.h"
#include "tests/support/temp_dir.h"

namespace leaktrip::test {
namespace {

const std::string kToken(64, 'c');

class ReplayTest : public testing::Test {
 protected:
  ReplayTest() {
    // Days of a user at work, then the token is reported as leaked, then used from elsewhere.
    std::ofstream events(dir_.File("events"));
    for (int day = 10; day < 20; ++day)
      for (int hour = 10; hour < 16; ++hour)
        events << Event("2026-03-" + std::to_string(day) + "T" + std::to_string(hour) + ":00:00Z",
                        "192.0.2.10");
    events << "not an event\n" << Event("2026-03-20T03:00:00Z", "203.0.113.77");
    std::ofstream(dir_.File("leaks")) << R"({"ts":"2026-03-20T02:00:00Z","token_sha256":")"
                                      << kToken << R"(","source":"scanner"})" << "\n";
  }

  static std::string Event(const std::string& time, const std::string& address) {
    return R"({"ts":")" + time + R"(","client_ip":")" + address +
           R"(","method":"GET","path":"/api","status":200,"token_sha256":")" + kToken +
           R"(","user":"ann","user_agent":"curl/8"})" + "\n";
  }
  Outcome Replay(const std::string& out, Words more = {}) {
    Words words = {"replay",   "--events", dir_.File("events"), "--leaks", dir_.File("leaks"),
                   "--alerts", out};
    words.insert(words.end(), more.begin(), more.end());
    return RunCommand(words);
  }
  std::string Read(const std::string& name) {
    std::ifstream in(dir_.File(name));
    return {std::istreambuf_iterator<char>(in), {}};
  }

  TempDir dir_;
};

TEST_F(ReplayTest, UseOfALeakedTokenIsOneAlertInTheAgreedShape) {
  const Outcome run = Replay(dir_.File("alerts"));
  EXPECT_EQ(run.code, 0) << run.err;
  const std::string text = Read("alerts");
  ASSERT_EQ(std::count(text.begin(), text.end(), '\n'), 1) << text;
  const auto alert = nlohmann::json::parse(text);
  EXPECT_EQ(alert["detector"], "leaked-token-used");
  EXPECT_EQ(alert["entity"], "token:" + kToken);
  EXPECT_EQ(alert["severity"], "critical");
  EXPECT_EQ(alert["ts"], "2026-03-20T03:00:00Z");
  for (const char* key : {"id", "entities", "score", "threshold", "summary", "reasons"})
    EXPECT_TRUE(alert.contains(key)) << key;
  EXPECT_NE(run.err.find("61 events"), std::string::npos) << run.err;
  EXPECT_NE(run.err.find("events:61"), std::string::npos) << "place of the bad line: " << run.err;
}

TEST_F(ReplayTest, ASecondRunGivesTheSameBytes) {
  EXPECT_EQ(Replay(dir_.File("first")).code, 0);
  EXPECT_EQ(Replay(dir_.File("second")).code, 0);
  EXPECT_FALSE(Read("first").empty());
  EXPECT_EQ(Read("first"), Read("second"));
}

TEST_F(ReplayTest, StateIsTheStoreADaemonWouldLeave) {
  EXPECT_EQ(Replay("-", {"--state", dir_.File("state")}).code, 0);
  const Outcome list =
      RunCommand({"audit", "verify", "--state", dir_.File("state"), "--format", "jsonl"});
  EXPECT_EQ(list.code, 0) << list.err;
}

TEST_F(ReplayTest, WrongUseIsSaidAndEndsWithTwo) {
  EXPECT_EQ(RunCommand({"replay", "--events", dir_.File("absent"), "--alerts", "-"}).code, 2);
  EXPECT_EQ(Replay("-", {"--format", "nonsense"}).code, 2);
  EXPECT_EQ(Replay(dir_.File("no/such/folder/alerts")).code, 2);
  EXPECT_EQ(Replay("-", {"--networks", dir_.File("absent")}).code, 2);
}

}  // namespace
}  // namespace leaktrip::test

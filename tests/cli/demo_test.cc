// The demo of the built program, in a pipe: what it tells, in order, and what it leaves.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <regex>
#include <sstream>

#include "daemon/cli/demo_story.h"
#include "tests/support/temp_dir.h"

namespace leaktrip {
namespace {

using testing::HasSubstr;
using testing::Not;

// The shape of the token that the demo plants.
const std::regex kToken("gldt-[A-Za-z0-9]{20}");

struct Ended {
  int status = 0;
  std::string output;  // both streams
  bool token_on_disk = false;
  bool wrote = false;  // there was a file of it while it ran
};

class DemoTest : public testing::Test {
 protected:
  void TearDown() override {
    if (!running_) return;
    kill(-child_, SIGKILL);
    waitpid(child_, nullptr, 0);
  }

  // The demo in a process group of its own, its temporary files below dir_.
  void Start() {
    std::array<int, 2> ends{};
    ASSERT_EQ(pipe2(ends.data(), O_CLOEXEC), 0);
    child_ = fork();
    ASSERT_GE(child_, 0);
    if (child_ == 0) {
      setpgid(0, 0);
      setenv("TMPDIR", dir_.path().c_str(), 1);
      dup2(ends[1], STDOUT_FILENO);
      dup2(ends[1], STDERR_FILENO);
      execl(LEAKTRIP_BINARY, "leaktrip", "demo", nullptr);
      _exit(127);
    }
    running_ = true;
    setpgid(child_, child_);
    close(ends[1]);
    output_ = ends[0];
  }

  // Reads to the end, looking into its files meanwhile; calls `after` once the output holds `mark`.
  Ended Finish(const std::string& mark = {}, const std::function<void()>& after = {}) {
    Ended ended;
    std::array<char, 4096> buffer{};
    bool marked = mark.empty();
    for (;;) {
      pollfd waiting{.fd = output_, .events = POLLIN, .revents = 0};
      if (poll(&waiting, 1, 50) > 0) {
        const ssize_t size = read(output_, buffer.data(), buffer.size());
        if (size <= 0) break;
        ended.output.append(buffer.data(), static_cast<size_t>(size));
      }
      LookIntoFiles(&ended);
      if (marked || ended.output.find(mark) == std::string::npos) continue;
      marked = true;
      after();
    }
    close(output_);
    waitpid(child_, &ended.status, 0);
    running_ = false;
    return ended;
  }

  void LookIntoFiles(Ended* ended) const {
    std::error_code error;
    for (auto entry = std::filesystem::recursive_directory_iterator(dir_.path(), error);
         !error && entry != std::filesystem::recursive_directory_iterator();
         entry.increment(error)) {
      std::error_code vanished;
      if (!entry->is_regular_file(vanished)) continue;
      std::ifstream stream(entry->path(), std::ios::binary);
      const std::string bytes{std::istreambuf_iterator<char>(stream), {}};
      ended->wrote = ended->wrote || !bytes.empty();
      ended->token_on_disk = ended->token_on_disk || HoldsToken(bytes);
    }
  }

  // std::regex alone is too slow and too deep for whole files.
  static bool HoldsToken(const std::string& bytes) {
    for (size_t at = bytes.find("gldt-"); at != std::string::npos; at = bytes.find("gldt-", at + 1))
      if (std::regex_search(bytes.substr(at, 25), kToken)) return true;
    return false;
  }

  void ExpectNothingLeft() const {
    EXPECT_TRUE(std::filesystem::is_empty(dir_.path()));
    EXPECT_EQ(kill(-child_, 0), -1);
    EXPECT_EQ(errno, ESRCH);
  }

  test::TempDir dir_;
  pid_t child_ = 0;
  bool running_ = false;
  int output_ = -1;
};

void ExpectInOrder(const std::string& text, const std::vector<std::string>& patterns) {
  auto begin = text.cbegin();
  for (const std::string& pattern : patterns) {
    std::smatch match;
    ASSERT_TRUE(std::regex_search(begin, text.cend(), match, std::regex(pattern)))
        << pattern << "\nis missing or out of order in\n"
        << text;
    begin = match[0].second;
  }
}

TEST_F(DemoTest, TellsTheWholeStoryInOrderAndLeavesNothing) {
  Start();
  const Ended ended = Finish();
  ASSERT_TRUE(WIFEXITED(ended.status));
  EXPECT_EQ(WEXITSTATUS(ended.status), 0) << ended.output;
  ExpectInOrder(ended.output, {"Normal traffic",
                               "read and committed, no alert",
                               "A token leaks",
                               "issuer answers 200",
                               "lt-[0-9a-f]{24}, high: ",
                               "signature valid",
                               "Somebody else uses it",
                               "issuer answers 200",
                               "revision 2 of lt-[0-9a-f]{24}: high -> critical",
                               "signature valid",
                               "The token is revoked",
                               "proposed",
                               "approved",
                               "sent",
                               "acknowledged",
                               "the token no longer works",
                               "The next use fails",
                               "issuer answers 401",
                               "confirmed .*a use was denied",
                               "chain holds",
                               "password-spraying",
                               "lt-[0-9a-f]{24}, high: ",
                               "signature valid",
                               "2 for 2 incidents, in 3 signed deliveries",
                               "none of the daemon's",
                               "How to go on",
                               "leaktrip scan",
                               "leaktrip run --config",
                               "no file is left"});
  // One incident, one id: the leak and its use.
  std::smatch leak, risen;
  ASSERT_TRUE(std::regex_search(ended.output, leak, std::regex("(lt-[0-9a-f]{24}), high")));
  ASSERT_TRUE(std::regex_search(ended.output, risen, std::regex("of (lt-[0-9a-f]{24}): high")));
  EXPECT_EQ(leak[1], risen[1]);

  // In a pipe: plain lines.
  EXPECT_THAT(ended.output, Not(HasSubstr("\033")));
  EXPECT_THAT(ended.output, Not(HasSubstr("\r")));

  EXPECT_FALSE(HoldsToken(ended.output));
  EXPECT_TRUE(ended.wrote);
  EXPECT_FALSE(ended.token_on_disk);
  ExpectNothingLeft();
}

TEST_F(DemoTest, InterruptEndsItWithoutALeftover) {
  for (const int signal : {SIGINT, SIGTERM}) {
    Start();
    const Ended ended = Finish("sent ", [&] { kill(child_, signal); });
    ASSERT_TRUE(WIFEXITED(ended.status));
    EXPECT_EQ(WEXITSTATUS(ended.status), 2) << ended.output;
    EXPECT_THAT(ended.output, HasSubstr("interrupted"));
    ExpectNothingLeft();
  }
}

TEST_F(DemoTest, ReaderThatLeavesDoesNotLeaveIt) {
  Start();
  close(output_);
  int status = 0;
  waitpid(child_, &status, 0);
  running_ = false;
  EXPECT_TRUE(WIFEXITED(status));
  ExpectNothingLeft();
}

TEST(DemoStory, FactThatDoesNotComeIsNamed) {
  std::string folder;
  {
    const auto stage = DemoStage::Set();
    ASSERT_TRUE(stage) << stage.error().ToString();
    folder = (*stage)->folder();
    std::filesystem::create_directory((*stage)->state_dir());
    std::ostringstream out;
    DemoScreen screen(out, false);
    DemoStory story(stage->get(), &screen, {.first = std::chrono::milliseconds(1)});
    const auto told = story.Play();  // and no daemon
    ASSERT_FALSE(told);
    EXPECT_EQ(told.error().code, Code::kUnavailable);
    EXPECT_THAT(told.error().message, HasSubstr("the commit of all records did not come within"));
  }
  EXPECT_FALSE(std::filesystem::exists(folder));
}

TEST(DemoScreen, ColourIsForTerminalsOnly) {
  std::ostringstream plain, coloured;
  DemoScreen(plain, false).Fact("alert", "bad\033[1m\n", DemoScreen::Tone::kBad);
  DemoScreen(coloured, true).Fact("alert", "bad", DemoScreen::Tone::kBad);
  EXPECT_EQ(plain.str(), "   alert         bad\\x1b[1m\\x0a\n");
  EXPECT_THAT(coloured.str(), HasSubstr("\033[1;31mbad\033[0m"));
}

}  // namespace
}  // namespace leaktrip

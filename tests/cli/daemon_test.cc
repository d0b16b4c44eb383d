// The built program as a process: start, pages, reload, end; with no broker to be found.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <httplib.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>

#include "tests/support/temp_dir.h"
#include "tests/support/wait.h"

namespace leaktrip {
namespace {

using test::WaitFor;
using testing::HasSubstr;

class DaemonTest : public testing::Test {
 protected:
  void SetUp() override {
    Write("rules/tokens/acme.yaml", Rule("acme-key"));
    Write("leaktrip.yaml", R"(
kafka:
  brokers: ['127.0.0.1:1']
  topics: [{name: web, logs: true, access: true}]
state_dir: state
rules_dir: rules
listen: 127.0.0.1:0
)");
    notify_ = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
    const std::string path = dir_.File("notify");
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    ASSERT_EQ(bind(notify_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  }
  void TearDown() override {
    if (child_ > 0) {
      kill(child_, SIGKILL);
      waitpid(child_, nullptr, 0);
    }
    close(notify_);
  }

  static std::string Rule(const std::string& id) {
    return "rules:\n  - id: " + id +
           "\n    name: Acme key\n    description: Opens Acme.\n    kind: api-key\n"
           "    pattern: 'acme_[a-z0-9]{16}'\n    severity: high\n    confidence: high\n"
           "    examples:\n      positive: [acme_k3v9x2m7q1w8z5t4, 'k=acme_k3v9x2m7q1w8z5t4']\n"
           "      negative: [acme_short]\n";
  }
  void Write(const std::string& name, const std::string& text) {
    std::filesystem::create_directories(std::filesystem::path(dir_.File(name)).parent_path());
    std::ofstream(dir_.File(name)) << text;
  }
  std::string Log() const {
    std::ifstream stream(dir_.File("log"));
    return {std::istreambuf_iterator<char>(stream), {}};
  }

  void Start() {
    const std::string config = dir_.File("leaktrip.yaml");
    const std::string log = dir_.File("log");
    const std::string notify = dir_.File("notify");
    child_ = fork();
    ASSERT_GE(child_, 0);
    if (child_ == 0) {
      setenv("NOTIFY_SOCKET", notify.c_str(), 1);
      dup2(open(log.c_str(), O_CREAT | O_WRONLY | O_APPEND, 0600), STDERR_FILENO);
      execl(LEAKTRIP_BINARY, "leaktrip", "run", "--config", config.c_str(), nullptr);
      _exit(127);
    }
  }
  // Collects what systemd would be told until it holds text.
  bool Told(const std::string& text) {
    return WaitFor([&] {
      char buffer[1024];
      for (ssize_t size; (size = recv(notify_, buffer, sizeof buffer, 0)) > 0;)
        told_.append(buffer, static_cast<size_t>(size)) += "\n";
      return told_.find(text) != std::string::npos;
    });
  }
  // -1 when it does not end.
  int Wait() {
    int status = 0;
    if (!WaitFor([&] { return waitpid(child_, &status, WNOHANG) == child_; })) return -1;
    child_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }
  int Port() const {
    const std::string log = Log();
    std::smatch match;
    return std::regex_search(log, match, std::regex("pages on port ([0-9]+)")) ? std::stoi(match[1])
                                                                               : 0;
  }

  test::TempDir dir_;
  pid_t child_ = -1;
  int notify_ = -1;
  std::string told_;
};

TEST_F(DaemonTest, StartsServesAndEndsWithoutABroker) {
  Start();
  ASSERT_TRUE(Told("READY=1")) << Log();
  httplib::Client client("127.0.0.1", Port());
  EXPECT_EQ(client.Get("/healthz")->status, 200);
  const auto ready = client.Get("/readyz");
  EXPECT_EQ(ready->status, 503);
  EXPECT_THAT(ready->body, HasSubstr("assignment: failed, 0 partitions"));
  EXPECT_THAT(client.Get("/metrics")->body, HasSubstr("leaktrip_build_info"));
  kill(child_, SIGTERM);
  EXPECT_TRUE(Told("STOPPING=1"));
  EXPECT_EQ(Wait(), 0) << Log();
}

TEST_F(DaemonTest, ReloadWithABrokenRuleKeepsTheOldOnes) {
  Start();
  ASSERT_TRUE(Told("READY=1")) << Log();
  Write("rules/tokens/bad.yaml", "rules:\n  - id: bad\n    patern: x\n");
  told_.clear();
  kill(child_, SIGHUP);
  EXPECT_TRUE(Told("RELOADING=1"));
  EXPECT_TRUE(Told("READY=1"));
  EXPECT_THAT(Log(), HasSubstr("bad.yaml:3:5: unknown key `patern`"));
  EXPECT_THAT(Log(), HasSubstr("rules from before stay in use"));
  httplib::Client client("127.0.0.1", Port());
  EXPECT_THAT(client.Get("/metrics")->body,
              HasSubstr("leaktrip_rules_reload_total{result=\"failure\"} 1"));

  Write("rules/tokens/bad.yaml", Rule("acme-other"));
  told_.clear();
  kill(child_, SIGHUP);
  EXPECT_TRUE(Told("READY=1"));
  EXPECT_THAT(Log(), HasSubstr("reloaded: "));
  kill(child_, SIGINT);
  EXPECT_EQ(Wait(), 0);
}

TEST_F(DaemonTest, WrongConfigurationIs78) {
  Write("leaktrip.yaml", "kafka: {}\n");
  Start();
  EXPECT_EQ(Wait(), 78);
  EXPECT_THAT(Log(), HasSubstr("leaktrip.yaml:1:8: `brokers` is missing"));
}

TEST_F(DaemonTest, MissingWebhookSecretIs78WithItsName) {
  std::ofstream(dir_.File("leaktrip.yaml"), std::ios::app)
      << "webhooks: [{name: soc, url: 'https://soc.example/', secret_file: none}]\n";
  Start();
  EXPECT_EQ(Wait(), 78);
  EXPECT_THAT(Log(), HasSubstr("none"));
}

TEST_F(DaemonTest, UnwritableStateIsARuntimeError) {
  Write("state", "a file where a folder should be");
  Start();
  EXPECT_EQ(Wait(), 2) << Log();
}

}  // namespace
}  // namespace leaktrip

#include "daemon/ops/service_manager.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

namespace leaktrip {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

// Plays systemd: a real datagram socket that the notifications go to.
class ServiceManagerTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "leaktrip-notify-XXXXXX";
    dir_ = mkdtemp(pattern.data());
    const std::string path = dir_ + "/s";
    fd_ = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
    ASSERT_LT(path.size(), sizeof address.sun_path);
    path.copy(address.sun_path, path.size());
    ASSERT_EQ(bind(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    setenv("NOTIFY_SOCKET", path.c_str(), 1);
    setenv("WATCHDOG_USEC", "8000000", 1);
    setenv("WATCHDOG_PID", std::to_string(getpid()).c_str(), 1);
  }
  void TearDown() override {
    for (const auto* name : {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"}) unsetenv(name);
    close(fd_);
    std::filesystem::remove_all(dir_);
  }

  std::string Received() {
    char buffer[1024];
    const ssize_t size = recv(fd_, buffer, sizeof buffer, 0);
    return size < 0 ? "" : std::string(buffer, static_cast<size_t>(size));
  }

  std::string dir_;
  int fd_ = -1;
};

TEST_F(ServiceManagerTest, ReadyReloadingAndStoppingAreTold) {
  ServiceManager manager;
  manager.Ready("40 rules\nFDSTORE=1");
  EXPECT_EQ(Received(), "READY=1\nSTATUS=40 rules FDSTORE=1");
  manager.Reloading();
  const std::string reloading = Received();
  EXPECT_THAT(reloading, StartsWith("RELOADING=1\nMONOTONIC_USEC="));
  EXPECT_GT(std::stoull(reloading.substr(reloading.rfind('=') + 1)), 0u);
  manager.Stopping();
  EXPECT_THAT(Received(), HasSubstr("STOPPING=1"));
}

TEST_F(ServiceManagerTest, WatchdogLivesOnProgressOnly) {
  ServiceManager manager;
  ASSERT_EQ(manager.watchdog(), 8000);
  EXPECT_TRUE(manager.Watch(1, 1000));
  EXPECT_EQ(Received(), "WATCHDOG=1");
  EXPECT_FALSE(manager.Watch(2, 1100));  // told a moment ago
  EXPECT_TRUE(manager.Watch(2, 4000));   // no progress, but not for long
  EXPECT_FALSE(manager.Watch(2, 9100));  // stuck for the whole time of the watchdog
  EXPECT_FALSE(manager.Watch(2, 60'000));
  EXPECT_TRUE(manager.Watch(3, 60'001));  // it got on
}

TEST_F(ServiceManagerTest, ForeignWatchdogIsNotOurs) {
  setenv("WATCHDOG_PID", "1", 1);
  EXPECT_FALSE(ServiceManager().watchdog());
}

TEST_F(ServiceManagerTest, WithoutSystemdNothingHappens) {
  unsetenv("NOTIFY_SOCKET");
  ServiceManager manager;
  manager.Ready("x");
  EXPECT_EQ(Received(), "");
}

}  // namespace
}  // namespace leaktrip

// The systemd unit as systemd itself judges it.
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <regex>
#include <string>

namespace leaktrip {
namespace {

std::string OutputOf(const std::string& command) {
  std::string output;
  std::FILE* pipe = popen((command + " 2>&1").c_str(), "r");
  if (!pipe) return output;
  std::array<char, 4096> buffer;
  while (const size_t size = std::fread(buffer.data(), 1, buffer.size(), pipe))
    output.append(buffer.data(), size);
  pclose(pipe);
  return output;
}

TEST(Unit, ExposureIsAtMostOneAndAHalf) {
  const std::string output = OutputOf(
      "systemd-analyze security --offline=true --no-pager " SYSTEMD_DIR "/leaktrip.service");
  std::smatch match;
  ASSERT_TRUE(std::regex_search(output, match, std::regex(R"(exposure level [^:]*: ([0-9.]+))")))
      << output;
  EXPECT_LE(std::stod(match[1]), 1.5);
}

TEST(Unit, PromisesOfTheServiceAreInIt) {
  std::ifstream stream(SYSTEMD_DIR "/leaktrip.service");
  const std::string unit{std::istreambuf_iterator<char>(stream), {}};
  for (const auto* line :
       {"Type=notify\n", "WatchdogSec=30\n", "LimitCORE=0\n", "RestartPreventExitStatus=78\n",
        "ExecStartPre=/usr/bin/leaktrip check ", "ExecReload=/usr/bin/leaktrip check ",
        "ExecReload=/bin/kill -HUP $MAINPID\n", "DynamicUser=yes\n", "LoadCredential="})
    EXPECT_NE(unit.find(line), std::string::npos) << line;
}

}  // namespace
}  // namespace leaktrip

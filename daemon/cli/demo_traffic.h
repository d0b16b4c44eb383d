// The traffic of the demo: what a small company's gateway and services would write. The one made-up
// part of it; everything that follows from these records is the daemon's own doing.
//
// Addresses and AS numbers are those reserved for documentation. Pure functions; the same arguments
// give the same records.
#pragma once

#include <string>
#include <vector>

#include "detectors/base/secret.h"
#include "detectors/base/time.h"

namespace leaktrip {

inline constexpr char kDemoOwner[] = "ci-deploy";
inline constexpr char kDemoOwnerAddress[] = "203.0.113.40";
inline constexpr char kDemoThiefAddress[] = "198.51.100.77";
inline constexpr char kDemoSprayAddress[] = "192.0.2.66";
inline constexpr int kDemoDays = 8;
inline constexpr int kDemoPeople = 6;
inline constexpr int kDemoSprayedAccounts = 8;

struct DemoRecords {
  std::vector<std::string> access;
  std::vector<std::string> logs;
};

// The networks file: whose the addresses are.
std::string DemoNetworks();
// kDemoDays up to now: people at work, and ci-deploy with its token around the clock.
DemoRecords DemoHistory(const Secret& token, Millis now);
// The request by which ci-deploy shows its token, as an access log has it.
std::string DemoLeakLine(const Secret& token, int status, Millis now);
// A request with the token from the thief's address. The gateway logs its hash only.
std::string DemoThiefEvent(const Secret& token, int status, Millis now);
// One guess each at many accounts.
std::vector<std::string> DemoSpraying(Millis now);

}  // namespace leaktrip

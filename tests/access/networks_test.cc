#include "detectors/access/networks.h"
#include "detectors/access/network_ranges.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace leaktrip {
namespace {

using testing::HasSubstr;

std::string SystemOf(const Networks& networks, std::string_view ip) {
  const auto info = networks.Find(*IpAddress::Parse(ip));
  return info ? std::to_string(info->asn) + " " + std::string(info->country) : "unknown";
}

TEST(NetworksCsv, NarrowerNetworkWinsAndGapsAreUnknown) {
  const auto networks = Networks::FromCsv(
      "cidr,asn,as_name,country,lat,lon\n"
      "10.0.0.0/8,1,\"Wide, Net\",DE,52.5,13.4\n"
      "10.1.0.0/16,2,Narrow,FR,,\n"
      "2001:db8::/32,3,Six,US,1,2\n"
      "255.255.255.255/32,4,Last,US,1,2\n",
      "n.csv");
  ASSERT_TRUE(networks);
  EXPECT_EQ(SystemOf(**networks, "10.0.255.255"), "1 DE");
  EXPECT_EQ(SystemOf(**networks, "10.1.0.0"), "2 FR");
  EXPECT_EQ(SystemOf(**networks, "10.1.255.255"), "2 FR");
  EXPECT_EQ(SystemOf(**networks, "10.2.0.0"), "1 DE");
  EXPECT_EQ(SystemOf(**networks, "11.0.0.0"), "unknown");
  EXPECT_EQ(SystemOf(**networks, "9.255.255.255"), "unknown");
  EXPECT_EQ(SystemOf(**networks, "2001:db8:ffff::1"), "3 US");
  EXPECT_EQ(SystemOf(**networks, "2001:db9::"), "unknown");
  EXPECT_EQ(SystemOf(**networks, "255.255.255.255"), "4 US");
  EXPECT_EQ((*networks)->Find(*IpAddress::Parse("10.0.0.1"))->as_name, "Wide, Net");
}

TEST(NetworksCsv, EveryBadLineHasItsPlace) {
  const auto networks =
      Networks::FromCsv("10.0.0.0/33,1,a,DE,1,2\n10.0.0.0/8,x,a,DE,1,2\n1,2\n", "n.csv");
  ASSERT_FALSE(networks);
  EXPECT_THAT(networks.error().ToString(), HasSubstr("n.csv:1:1"));
  EXPECT_THAT(networks.error().ToString(), HasSubstr("n.csv:2:1"));
  EXPECT_THAT(networks.error().ToString(), HasSubstr("n.csv:3:1"));
}

TEST(NetworksMmdb, MissingFileIsAnError) { EXPECT_FALSE(RangesFromMmdb("/nonexistent.mmdb")); }

}  // namespace
}  // namespace leaktrip

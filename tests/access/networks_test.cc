#include "detectors/access/networks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

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

TEST(NetworksCsv, KindMayBeSaidAndIsElseJudgedByTheName) {
  const auto networks = Networks::FromCsv(
      "cidr,asn,as_name,country,lat,lon,kind\n"
      "10.0.0.0/16,1,Some Cloud,DE,,,eyeball\n"
      "10.1.0.0/16,2,Some Cloud,DE,,\n"
      "10.2.0.0/16,3,Town Net,DE,,,\n"
      "10.3.0.0/16,4,,DE,,\n",
      "n.csv");
  ASSERT_TRUE(networks) << networks.error().ToString();
  const auto kind = [&](std::string_view ip) {
    return Name((*networks)->Find(*IpAddress::Parse(ip))->kind);
  };
  EXPECT_EQ(kind("10.0.0.1"), "eyeball");
  EXPECT_EQ(kind("10.1.0.1"), "hosting");
  EXPECT_EQ(kind("10.2.0.1"), "eyeball");
  EXPECT_EQ(kind("10.3.0.1"), "");
  EXPECT_FALSE(Networks::FromCsv("10.0.0.0/8,1,a,DE,,,planet\n", "n.csv"));
}

// Every look-up against a walk over all networks, the narrowest that holds the address.
TEST(NetworkTable, LookUpsAgreeWithAWalkOverAllNetworks) {
  std::mt19937 random(7);
  struct Network {
    IpAddress ip;
    int bits;
    uint32_t asn;
  };
  for (int round = 0; round < 30; ++round) {
    std::vector<Network> networks;
    std::string csv;
    for (uint32_t asn = 1; asn <= 60; ++asn) {
      const bool v4 = random() % 3 != 0;
      IpAddress ip = *IpAddress::Parse(v4 ? "10.0.0.0" : "2001:db8::");
      for (size_t i = v4 ? 13 : 4; i < 16; ++i)
        if (random() % 2) ip.bytes[i] = static_cast<uint8_t>(random() % 3);
      const int bits = static_cast<int>(v4 ? 6 + random() % 27 : 24 + random() % 105);
      ip = ip.Masked(bits);
      if (std::any_of(networks.begin(), networks.end(), [&](const Network& other) {
            return other.ip == ip && other.bits == bits && other.ip.IsV4() == v4;
          }))
        continue;
      networks.push_back({ip, bits, asn});
      csv += ip.ToString() + "/" + std::to_string(bits) + "," + std::to_string(asn) + ",n,DE,,\n";
    }
    const auto table = Networks::FromCsv(csv, "n.csv");
    ASSERT_TRUE(table) << table.error().ToString();
    for (int i = 0; i < 2000; ++i) {
      IpAddress ip = networks[random() % networks.size()].ip;
      const size_t at = (ip.IsV4() ? 12 : 0) + random() % (ip.IsV4() ? 4 : 16);
      ip.bytes[at] = static_cast<uint8_t>(ip.bytes[at] + static_cast<int>(random() % 3) - 1);
      uint32_t expected = 0;
      int narrowest = -1;
      for (const Network& network : networks)
        if (network.ip.IsV4() == ip.IsV4() && network.bits > narrowest &&
            ip.Masked(network.bits) == network.ip) {
          narrowest = network.bits;
          expected = network.asn;
        }
      const auto found = (*table)->Find(ip);
      EXPECT_EQ(found ? found->asn : 0, expected) << ip.ToString() << "\n" << csv;
    }
  }
}

}  // namespace
}  // namespace leaktrip

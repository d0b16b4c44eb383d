#include "daemon/ingest/networks_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "detectors/access/network_table.h"
#include "detectors/access/switchable_networks.h"
#include "tests/support/mmdb_writer.h"
#include "tests/support/temp_dir.h"

namespace leaktrip {
namespace {

using test::MmdbMap;
using test::MmdbWriter;
using testing::HasSubstr;

std::string About(const Networks& networks, std::string_view ip) {
  const auto info = networks.Find(*IpAddress::Parse(ip));
  if (!info) return "unknown";
  std::string text = "AS" + std::to_string(info->asn) + " " + std::string(info->as_name) + " " +
                     std::string(info->country);
  if (info->latitude != 0) text += " " + std::to_string(static_cast<int>(info->latitude));
  return text + " " + std::string(Name(info->kind));
}

MmdbMap As(uint32_t number, const char* name) {
  return {{"autonomous_system_number", number}, {"autonomous_system_organization", name}};
}

MmdbMap City(const char* country, double latitude, double longitude) {
  return {{"country", MmdbMap{{"iso_code", country}}},
          {"location", MmdbMap{{"latitude", latitude}, {"longitude", longitude}}}};
}

class NetworksFileTest : public testing::Test {
 protected:
  std::string Write(const std::string& name, const std::string& bytes) {
    std::ofstream(dir_.File(name), std::ios::binary) << bytes;
    return dir_.File(name);
  }
  std::shared_ptr<const Networks> Load(const std::string& path) {
    auto networks = LoadNetworks(path);
    EXPECT_TRUE(networks) << networks.error().ToString();
    return networks ? *networks : Networks::None();
  }

  test::TempDir dir_;
};

class MmdbRecordSizes : public NetworksFileTest, public testing::WithParamInterface<int> {};

TEST_P(MmdbRecordSizes, TreeOfVersion6HoldsIpv4AndItsAliasesSayItOnce) {
  MmdbWriter writer(6, GetParam());
  writer.Add("192.0.2.0/24", As(64500, "Example Net"));
  writer.Add("203.0.113.0/25", As(64501, "Acme Hosting"));
  writer.Add("203.0.113.129/32", As(64502, "One"));
  writer.Add("2001:db8::/32", As(64503, "Six"));
  writer.Add("2001:db8:1:2:3:4:5:6/128", As(64504, "Deep"));
  writer.Alias("::ffff:0:0:0/96");  // not IPv4: ::ffff:0:a.b.c.d
  writer.Alias("2002::/16");
  const auto networks = Load(Write("as.mmdb", writer.Bytes()));
  EXPECT_EQ(About(*networks, "192.0.2.0"), "AS64500 Example Net  eyeball");
  EXPECT_EQ(About(*networks, "192.0.2.255"), "AS64500 Example Net  eyeball");
  EXPECT_EQ(About(*networks, "192.0.3.0"), "unknown");
  EXPECT_EQ(About(*networks, "192.0.1.255"), "unknown");
  EXPECT_EQ(About(*networks, "203.0.113.127"), "AS64501 Acme Hosting  hosting");
  EXPECT_EQ(About(*networks, "203.0.113.128"), "unknown");
  EXPECT_EQ(About(*networks, "203.0.113.129"), "AS64502 One  eyeball");
  EXPECT_EQ(About(*networks, "2001:db8::1"), "AS64503 Six  eyeball");
  EXPECT_EQ(About(*networks, "2001:db8:1:2:3:4:5:6"), "AS64504 Deep  eyeball");
  EXPECT_EQ(About(*networks, "2001:db8:1:2:3:4:5:7"), "AS64503 Six  eyeball");
  EXPECT_EQ(About(*networks, "2001:db9::"), "unknown");
  EXPECT_EQ(About(*networks, "::192.0.2.1"), "unknown");
}

TEST_P(MmdbRecordSizes, TreeOfVersion4IsRead) {
  MmdbWriter writer(4, GetParam());
  writer.Add("0.0.0.0/8", As(1, "First"));
  writer.Add("255.255.255.255/32", As(2, "Last"));
  const auto networks = Load(Write("four", writer.Bytes()));  // known by its content
  EXPECT_EQ(About(*networks, "0.0.0.0"), "AS1 First  eyeball");
  EXPECT_EQ(About(*networks, "0.255.255.255"), "AS1 First  eyeball");
  EXPECT_EQ(About(*networks, "1.0.0.0"), "unknown");
  EXPECT_EQ(About(*networks, "255.255.255.255"), "AS2 Last  eyeball");
  EXPECT_EQ(About(*networks, "2001:db8::1"), "unknown");
}

INSTANTIATE_TEST_SUITE_P(Bits, MmdbRecordSizes, testing::Values(24, 28, 32));

TEST_F(NetworksFileTest, ImportMergesFilesAndTheTableIsMapped) {
  MmdbWriter as(6, 28), city(6, 24);
  as.Add("192.0.2.0/24", As(64500, "Example Net"));
  as.Add("198.51.100.0/24", As(64501, "Example Two"));
  city.Add("192.0.2.0/25", City("DE", 52.5, 13.4));
  city.Add("203.0.113.0/24", City("FR", 48.8, 2.3));
  const std::string kinds = Write("kinds.csv",
                                  "cidr,asn,as_name,country,lat,lon,kind\n"
                                  "192.0.2.0/28,1,Other,XX,1,1,vpn\n"
                                  "2001:db8::/32,64503,Six,US,,,mobile\n");
  const auto ranges =
      ReadNetworks({Write("as.mmdb", as.Bytes()), Write("city.mmdb", city.Bytes()), kinds});
  ASSERT_TRUE(ranges) << ranges.error().ToString();
  const std::string table = dir_.File("networks.table");
  ASSERT_TRUE(WriteNetworks(*ranges, table));
  const auto networks = Load(table);
  EXPECT_EQ(About(*networks, "192.0.2.1"), "AS64500 Example Net DE 52 vpn");
  EXPECT_EQ(About(*networks, "192.0.2.16"), "AS64500 Example Net DE 52 eyeball");
  EXPECT_EQ(About(*networks, "192.0.2.128"), "AS64500 Example Net  eyeball");
  EXPECT_EQ(About(*networks, "198.51.100.7"), "AS64501 Example Two  eyeball");
  EXPECT_EQ(About(*networks, "203.0.113.7"), "AS0  FR 48 ");
  EXPECT_EQ(About(*networks, "2001:db8::7"), "AS64503 Six US mobile");
  EXPECT_EQ(About(*networks, "192.0.3.0"), "unknown");
  const auto again = ReadNetworks({table});
  ASSERT_FALSE(again);
  EXPECT_THAT(again.error().ToString(), HasSubstr("is a table already"));
}

TEST_F(NetworksFileTest, KindsOfMmdbFilesAreKnown) {
  MmdbWriter writer(6, 24);
  writer.Add("192.0.2.0/24", MmdbMap{{"is_hosting_provider", true}, {"is_anonymous_vpn", true}});
  writer.Add("198.51.100.0/24", MmdbMap{{"is_hosting_provider", true}});
  writer.Add("203.0.113.0/24", MmdbMap{{"connection_type", "Cellular"}});
  writer.Add("2001:db8::/32",
             MmdbMap{{"asn", "AS64500"}, {"as_name", "N"}, {"country_code", "DE"}});
  const auto networks = Load(Write("kinds.mmdb", writer.Bytes()));
  EXPECT_EQ(About(*networks, "192.0.2.1"), "AS0   vpn");
  EXPECT_EQ(About(*networks, "198.51.100.1"), "AS0   hosting");
  EXPECT_EQ(About(*networks, "203.0.113.1"), "AS0   mobile");
  EXPECT_EQ(About(*networks, "2001:db8::1"), "AS64500 N DE eyeball");
}

TEST_F(NetworksFileTest, EveryDamageOfATableIsFound) {
  NetworkRanges ranges;
  ranges.Add(*IpAddress::Parse("192.0.2.0"), *IpAddress::Parse("192.0.2.255"),
             ranges.Keep({.asn = 1, .as_name = "Net"}));
  ranges.Finish();
  const std::string whole = NetworkTable::Bytes(ranges);
  for (const size_t at : {size_t{9}, size_t{40}, size_t{64}, whole.size() - 1}) {
    std::string bytes = whole;
    bytes[at] = static_cast<char>(bytes[at] ^ 1);
    EXPECT_FALSE(LoadNetworks(Write("damaged", bytes))) << at;
  }
  for (const size_t size : {size_t{8}, size_t{63}, size_t{64}, whole.size() - 1})
    EXPECT_FALSE(LoadNetworks(Write("cut", whole.substr(0, size)))) << size;
  EXPECT_TRUE(LoadNetworks(Write("whole", whole)));
}

TEST_F(NetworksFileTest, DamagedMmdbIsAnErrorOrReadButNeverACrash) {
  MmdbWriter writer(6, 24);
  writer.Add("192.0.2.0/24", As(64500, "Example Net"));
  const std::string whole = writer.Bytes();
  EXPECT_FALSE(LoadNetworks(Write("cut.mmdb", whole.substr(0, whole.size() / 2))));
  EXPECT_FALSE(LoadNetworks(Write("empty.mmdb", "")));
  for (size_t at = 0; at < whole.size(); ++at) {
    std::string bytes = whole;
    bytes[at] = static_cast<char>(bytes[at] ^ 0x41);
    (void)LoadNetworks(Write("damaged.mmdb", bytes));
  }
}

TEST_F(NetworksFileTest, NoFileIsNoNetworksAndAMissingOneAnError) {
  EXPECT_FALSE((*LoadNetworks(""))->Find(*IpAddress::Parse("192.0.2.1")));
  for (const auto* name : {"absent.mmdb", "absent.csv"}) {
    const auto missing = LoadNetworks(dir_.File(name));
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().code, Code::kNotFound) << missing.error().ToString();
  }
}

TEST_F(NetworksFileTest, NewTableTakesThePlaceOfOneInUse) {
  const auto table = [](uint32_t asn) {
    NetworkRanges ranges;
    ranges.Add(*IpAddress::Parse("192.0.2.0"), *IpAddress::Parse("192.0.2.255"),
               ranges.Keep({.asn = asn, .as_name = "Net"}));
    ranges.Finish();
    return ranges;
  };
  const std::string path = dir_.File("networks.table");
  ASSERT_TRUE(WriteNetworks(table(1), path));
  SwitchableNetworks networks(Load(path));
  const auto before = networks.Find(*IpAddress::Parse("192.0.2.1"));
  ASSERT_TRUE(WriteNetworks(table(2), path));
  EXPECT_EQ(About(networks, "192.0.2.1"), "AS1 Net  eyeball");
  networks.Switch(Load(path));
  EXPECT_EQ(About(networks, "192.0.2.1"), "AS2 Net  eyeball");
  EXPECT_EQ(before->as_name, "Net");  // still there
}

}  // namespace
}  // namespace leaktrip

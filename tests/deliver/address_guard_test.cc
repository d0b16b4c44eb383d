#include "daemon/deliver/address_guard.h"

#include <gtest/gtest.h>

namespace leaktrip {
namespace {

bool Refused(std::string_view address, bool allow_loopback = false) {
  return !RefusedAddress(*IpAddress::Parse(address), allow_loopback).empty();
}

TEST(AddressGuard, MetadataAndLinkLocalAreRefusedInEveryDisguise) {
  for (const auto* address :
       {"169.254.169.254", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::1",
        "::a9fe:a9fe", "fe80::1", "fd00:ec2::254", "100.100.100.200", "0.0.0.0", "::", "224.0.0.1",
        "255.255.255.255", "ff02::1"})
    EXPECT_TRUE(Refused(address, true)) << address;
}

TEST(AddressGuard, PublicAndPrivateNetworksAreAllowed) {
  for (const auto* address :
       {"93.184.216.34", "10.1.2.3", "172.18.0.2", "192.168.1.9", "2001:db8::1", "fd12::1"})
    EXPECT_FALSE(Refused(address)) << address;
}

TEST(AddressGuard, LoopbackIsAllowedOnlyWhenTheUrlNamesIt) {
  for (const auto* address : {"127.0.0.1", "127.8.8.8", "::1"}) {
    EXPECT_TRUE(Refused(address, false)) << address;
    EXPECT_FALSE(Refused(address, true)) << address;
  }
  EXPECT_TRUE(NamesLoopback("http://localhost:80/x"));
  EXPECT_TRUE(NamesLoopback("http://127.0.0.1/"));
  EXPECT_TRUE(NamesLoopback("http://[::1]:8080/"));
  EXPECT_FALSE(NamesLoopback("https://localhost.example.com/"));
  EXPECT_FALSE(NamesLoopback("https://example.com/?localhost"));
}

}  // namespace
}  // namespace leaktrip

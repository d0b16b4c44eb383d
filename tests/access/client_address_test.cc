#include "detectors/access/client_address.h"

#include <gtest/gtest.h>

namespace leaktrip {
namespace {

std::string Address(std::string_view text) {
  const auto ip = ParseClientAddress(text);
  return ip ? ip->ToString() : "none";
}

std::string Behind(std::string_view peer, std::string_view forwarded) {
  TrustedProxies proxies;
  for (const auto* network : {"10.0.0.0/8", "192.0.2.1", "2001:db8:1::/48"})
    EXPECT_TRUE(proxies.Add(network));
  const auto ip = ClientBehindProxies(peer, forwarded, proxies);
  return ip ? ip->ToString() : "none";
}

TEST(ClientAddress, PortsBracketsZonesAndQuotesAreLeftOut) {
  EXPECT_EQ(Address("203.0.113.9"), "203.0.113.9");
  EXPECT_EQ(Address("203.0.113.9:443"), "203.0.113.9");
  EXPECT_EQ(Address(" \"203.0.113.9\" "), "203.0.113.9");
  EXPECT_EQ(Address("[2001:db8::7]:443"), "2001:db8::7");
  EXPECT_EQ(Address("[2001:db8::7]"), "2001:db8::7");
  EXPECT_EQ(Address("fe80::1%eth0"), "fe80::1");
  EXPECT_EQ(Address("::ffff:203.0.113.9"), "203.0.113.9");
  for (const auto* text : {"", "unknown", "host.example", "203.0.113", "[2001:db8::7", "@"})
    EXPECT_EQ(Address(text), "none") << text;
}

TEST(ClientAddress, HeaderOfAStrangerIsNotBelieved) {
  EXPECT_EQ(Behind("203.0.113.9:51000", "192.0.2.66"), "203.0.113.9");
}

TEST(ClientAddress, RightmostAddressThatIsNoProxyIsTheClient) {
  EXPECT_EQ(Behind("10.0.0.1", "198.51.100.1, 203.0.113.9"), "203.0.113.9");
  EXPECT_EQ(Behind("10.0.0.1", "198.51.100.1, 203.0.113.9, 10.2.3.4"), "203.0.113.9");
  EXPECT_EQ(Behind("192.0.2.1", "203.0.113.9,10.2.3.4:80"), "203.0.113.9");
  EXPECT_EQ(Behind("2001:db8:1::5", "2001:db8:2::9"), "2001:db8:2::9");
  EXPECT_EQ(Behind("10.0.0.1", "10.0.0.3, 10.0.0.2"), "10.0.0.3");  // all are ours
  EXPECT_EQ(Behind("10.0.0.1", ""), "10.0.0.1");
}

TEST(ClientAddress, ForwardedHeaderIsRead) {
  EXPECT_EQ(Behind("10.0.0.1", "for=198.51.100.1;proto=https, For=\"203.0.113.9:80\";by=10.0.0.1"),
            "203.0.113.9");
  EXPECT_EQ(Behind("10.0.0.1", "proto=https;for=\"[2001:db8:cafe::17]:4711\""),
            "2001:db8:cafe::17");
  EXPECT_EQ(Behind("10.0.0.1", "for=203.0.113.9, for=_hidden"), "10.0.0.1");
  EXPECT_EQ(Behind("10.0.0.1", "203.0.113.9, unknown"), "10.0.0.1");
}

TEST(ClientAddress, PeerMayBeAListWhoseLastItemConnected) {
  EXPECT_EQ(Behind("192.0.2.66, 203.0.113.9, 10.0.0.1", ""), "203.0.113.9");
  EXPECT_EQ(Behind("192.0.2.66, 203.0.113.9", ""), "203.0.113.9");
}

TEST(ClientAddress, WrongNetworksAreRefused) {
  TrustedProxies proxies;
  for (const auto* text : {"", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/x", "2001:db8::/129", "lb1"})
    EXPECT_FALSE(proxies.Add(text)) << text;
  EXPECT_TRUE(proxies.empty());
}

}  // namespace
}  // namespace leaktrip

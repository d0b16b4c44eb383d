#include <gtest/gtest.h>

#include <concepts>
#include <ostream>
#include <type_traits>

#include "detectors/base/encoding.h"
#include "detectors/base/fingerprint.h"
#include "detectors/base/ip_address.h"
#include "detectors/base/secret.h"

namespace leaktrip {
namespace {

template <typename T>
concept Printable = requires(std::ostream& out, const T& value) { out << value; };

TEST(Secret, CannotBeCopiedComparedOrPrinted) {
  static_assert(!std::is_copy_constructible_v<Secret>);
  static_assert(!std::is_copy_assignable_v<Secret>);
  static_assert(!std::equality_comparable<Secret>);
  static_assert(!Printable<Secret>);
}

TEST(Secret, MoveLeavesNothingBehind) {
  Secret a("hunter2");
  const Secret b(std::move(a));
  EXPECT_TRUE(a.empty());  // NOLINT(bugprone-use-after-move): that is the point
  EXPECT_EQ(b.Reveal(), "hunter2");
}

TEST(Redact, ShortSecretsShowNothingAndLongOnesFourAtEachEnd) {
  EXPECT_EQ(Redact("hunter2"), "\u2026");
  EXPECT_EQ(Redact("abcdefghijklmnop"), "ab\u2026op");
  EXPECT_EQ(Redact(std::string(36, 'x') + "last"), "xxxx\u2026last");
}

TEST(Fingerprint, IsSha256ForTokens) {
  EXPECT_EQ(Fingerprint::OfToken("abc").Hex(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(Fingerprint::FromHex(Fingerprint::OfToken("abc").Hex()), Fingerprint::OfToken("abc"));
}

TEST(Fingerprint, OfAGuessableSecretDependsOnTheKey) {
  EXPECT_NE(Fingerprint::OfGuessable("k1", "pw"), Fingerprint::OfGuessable("k2", "pw"));
  EXPECT_NE(Fingerprint::OfGuessable("k1", "pw"), Fingerprint::OfToken("pw"));
}

TEST(Base64, RoundTripsEveryLength) {
  std::string bytes;
  for (int i = 0; i < 70; ++i) {
    EXPECT_EQ(Base64Decode(Base64Encode(bytes)), bytes);
    bytes += static_cast<char>(i * 37);
  }
}

TEST(Base64, RefusesForeignCharacters) {
  EXPECT_FALSE(Base64Decode("ab c"));
  EXPECT_FALSE(Base64Decode("a"));
}

TEST(IpAddress, SourceIsTheAddressOrItsSlash64) {
  EXPECT_EQ(SourceEntity(*IpAddress::Parse("203.0.113.9")), "ip:203.0.113.9");
  EXPECT_EQ(SourceEntity(*IpAddress::Parse("2001:db8::1234:5")), "ip:2001:db8::/64");
  EXPECT_EQ(IpAddress::Parse("203.0.113.9")->Network().ToString(), "203.0.113.0");
}

TEST(IpAddress, RefusesWhatIsNotAnAddress) {
  for (const auto* text : {"", "300.1.1.1", "1.2.3", "[::1]", "1.2.3.4:80", "localhost"})
    EXPECT_FALSE(IpAddress::Parse(text)) << text;
}

}  // namespace
}  // namespace leaktrip

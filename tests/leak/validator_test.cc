// Structure checks on values built for this test.
#include "detectors/leak/validator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "detectors/base/encoding.h"

namespace leaktrip {
namespace {

using testing::Contains;
using testing::HasSubstr;

Structure Check(const char* validator, std::string_view secret) {
  const auto function = FindValidator(validator);
  EXPECT_NE(function, nullptr) << validator;
  return function ? function(secret) : Structure{};
}

TEST(Validator, JwtSaysItsExpiryAndThatItHasNone) {
  const std::string header = Base64Encode(R"({"alg":"HS256"})");
  const auto dated = Check("jwt", header + "." + Base64Encode(R"({"exp":1700000000})") + ".c2ln");
  EXPECT_TRUE(dated.holds);
  EXPECT_EQ(dated.expires, 1700000000000);
  const auto endless = Check("jwt", header + "." + Base64Encode(R"({"sub":"a"})") + ".c2ln");
  EXPECT_THAT(endless.facts, Contains("JWT without expiry"));
  EXPECT_FALSE(Check("jwt", "eyJ4IjoxfQ.eyJ4IjoxfQ.c2ln").holds);  // no alg
  EXPECT_FALSE(Check("jwt", "a.b.c").holds);
}

TEST(Validator, AwsKeyIdNamesItsAccount) {
  const auto key = Check("aws-key-id", "AKIAQYLPMN5HFIQR7XYA");
  EXPECT_TRUE(key.holds);
  EXPECT_THAT(key.facts, Contains(HasSubstr("AWS account ")));
  EXPECT_FALSE(Check("aws-key-id", "AKIAQYLPMN5HFIQR7XY").holds);
  EXPECT_FALSE(Check("aws-key-id", "AKIA0000000000000000").holds);
}

TEST(Validator, AgeKeyHasABech32Checksum) {
  std::string key = "AGE-SECRET-KEY-1SKPA0R28H70CX0QD63TC2YGUGGQQDD22J5VDTVCNPH62FSY4NQ4SEVT5ES";
  EXPECT_TRUE(Check("age", key).holds);
  key[20] = key[20] == 'Q' ? 'P' : 'Q';
  EXPECT_FALSE(Check("age", key).holds);
  EXPECT_FALSE(Check("age", "AGE-SECRET-KEY-").holds);
}

std::string MacaroonBytes(size_t signature) {
  return std::string(
             "\x02\x01\x08pypi.org\x02\x03"
             "abc\0",
             17) +
         std::string("\x02\x02{}\0\0", 6) + "\x06" + static_cast<char>(signature) +
         std::string(32, 's');
}

TEST(Validator, MacaroonEndsInItsSignature) {
  const auto whole = Check("macaroon", "pypi-" + Base64Encode(MacaroonBytes(32)));
  EXPECT_TRUE(whole.holds);
  EXPECT_THAT(whole.facts, Contains("macaroon of pypi.org"));
  EXPECT_FALSE(Check("macaroon", "pypi-" + Base64Encode(MacaroonBytes(31))).holds);
  EXPECT_FALSE(Check("macaroon", "pypi-" + Base64Encode(MacaroonBytes(32).substr(0, 40))).holds);
  EXPECT_FALSE(Check("macaroon", "pypi-").holds);
}

TEST(Validator, FlyMacaroonIsAnArrayOfFour) {
  EXPECT_TRUE(
      Check("fly-macaroon", "fm2_" + Base64Encode("\x94\x93\xc4\x10 nonce and more")).holds);
  EXPECT_FALSE(Check("fly-macaroon", "fm2_" + Base64Encode("anything else, of a length")).holds);
  EXPECT_FALSE(Check("fly-macaroon", "fm2_").holds);
}

TEST(Validator, PemBodyIsReadThroughEveryLineEnd) {
  const std::string body = Base64Encode("\x30\x81\x90" + std::string(144, 'k'));
  for (const auto* end : {"\n", "\r\n", "\\n", "\\\\n", "\\r\\n", "\\u000a", "#012", " ",
                          "\", \n\"", "\\n\" +\n  \""}) {
    std::string pem = "-----BEGIN PRIVATE KEY-----";
    for (size_t at = 0; at < body.size(); at += 64) pem += end + body.substr(at, 64);
    EXPECT_TRUE(Check("pem", pem + end + "-----END PRIVATE KEY-----").holds) << end;
  }
  EXPECT_FALSE(Check("pem", "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----").holds);
}

TEST(Validator, Base64JsonAndUuid) {
  EXPECT_TRUE(Check("base64-json", "glc_" + Base64Encode(R"({"o":"1","n":"x"})")).holds);
  EXPECT_FALSE(Check("base64-json", "glc_nothing").holds);
  EXPECT_TRUE(Check("uuid", "3f2504e0-4f89-41d3-9a0c-0305e82c3301").holds);
  EXPECT_FALSE(Check("uuid", "3f2504e0-4f89-41d3-9a0c-0305e82c330g").holds);
}

TEST(Validator, BasicCredentialsHaveAColonAndNoControlCharacters) {
  EXPECT_TRUE(Check("basic-auth", Base64Encode("mira:Kor4llenRiff")).holds);
  EXPECT_FALSE(Check("basic-auth", Base64Encode("mira")).holds);
  EXPECT_FALSE(Check("basic-auth", Base64Encode("mira:")).holds);
}

TEST(ValidatorNames, EachHasItsFunctionAndBearsForeignText) {
  for (const auto name : ValidatorNames())
    for (const auto* foreign : {"", "-", ".", "x", "\\", "eyJ", "KEY----------END"})
      EXPECT_FALSE(Check(std::string(name).c_str(), foreign).holds) << name << " " << foreign;
  EXPECT_EQ(FindValidator("nothing"), nullptr);
}

}  // namespace
}  // namespace leaktrip

// Entropy, placeholders and structure checks.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "detectors/base/encoding.h"
#include "detectors/leak/statistics.h"
#include "detectors/leak/validator.h"

namespace leaktrip {
namespace {

using testing::Contains;
using testing::IsEmpty;
using testing::Not;

TEST(Entropy, IsThatOfTheDistribution) {
  EXPECT_DOUBLE_EQ(Entropy(""), 0);
  EXPECT_DOUBLE_EQ(Entropy("aaaa"), 0);
  EXPECT_DOUBLE_EQ(Entropy("abab"), 1);
  EXPECT_DOUBLE_EQ(Entropy("0123456789abcdef"), 4);
}

TEST(Placeholder, RandomTokensAreNone) {
  for (const auto* token : {"ghp_k3JvQ9xZ2mWc7RtY5uBn8LpA4sDf6GhE1qTo",
                            "7f3a91c04be28d56a0f1937bc2e85d64", "Tr0ub4dor+3x"})
    EXPECT_THAT(PlaceholderReason(token, true), IsEmpty()) << token;
}

TEST(Placeholder, MasksTemplatesAndSpeakingWordsAre) {
  for (const auto* text : {"AKIAIOSFODNN7EXAMPLE", "ghp_xxxxxxxxxxxxxxxxxxxx", "${TOKEN}",
                           "{{ token }}", "<your token>", "%TOKEN%", "abcdefghijkl", "sk_live_***",
                           "your-api-key", "0000000000000000"})
    EXPECT_THAT(PlaceholderReason(text, false), Not(IsEmpty())) << text;
}

TEST(Placeholder, WholeWordsCountOnlyForGuessableText) {
  EXPECT_THAT(PlaceholderReason("changeit", true), Not(IsEmpty()));
  EXPECT_THAT(PlaceholderReason("required", false), IsEmpty());
}

std::string MakeJwt(const std::string& payload) {
  return Base64Encode(R"({"alg":"HS256"})") + "." + Base64Encode(payload) + ".c2ln";
}

TEST(Jwt, SaysWhenItExpires) {
  const auto jwt = FindValidator("jwt")(MakeJwt(R"({"sub":"a","exp":1700000000})"));
  EXPECT_TRUE(jwt.holds);
  EXPECT_EQ(jwt.expires, 1'700'000'000'000);
}

TEST(Jwt, WithoutExpiryIsSaid) {
  EXPECT_THAT(FindValidator("jwt")(MakeJwt(R"({"sub":"a"})")).facts,
              Contains("JWT without expiry"));
}

TEST(Jwt, WhatIsNoJsonIsNoJwt) {
  EXPECT_FALSE(FindValidator("jwt")("eyJhbGciOi.eyJzdWI.x").holds);
  EXPECT_FALSE(FindValidator("jwt")("").holds);
  EXPECT_FALSE(FindValidator("jwt")(MakeJwt("").substr(3)).holds);
}

TEST(AwsKeyId, HoldsTheAccountNumber) {
  // A sample that was published together with its account number.
  EXPECT_THAT(FindValidator("aws-key-id")("ASIAQNZGKIQY56JQ7WML").facts,
              Contains("AWS account 029608264753"));
  EXPECT_FALSE(FindValidator("aws-key-id")("AKIA1111111111111111").holds);
}

TEST(BasicAuth, MustBePrintableUserAndPassword) {
  EXPECT_TRUE(FindValidator("basic-auth")(Base64Encode("ann:s3cret")).holds);
  EXPECT_FALSE(FindValidator("basic-auth")(Base64Encode("nocolon")).holds);
  EXPECT_FALSE(FindValidator("basic-auth")(Base64Encode("\x01\x02:x")).holds);
}

TEST(Pem, TakesWrittenOutLineEnds) {
  const std::string body = Base64Encode("\x30\x82\x01\x02" + std::string(60, 'k'));
  EXPECT_TRUE(
      FindValidator("pem")("-----BEGIN PRIVATE KEY-----\\n" + body + "\\n-----END PRIVATE KEY-----")
          .holds);
  EXPECT_FALSE(
      FindValidator("pem")("-----BEGIN PRIVATE KEY-----\nhello\n-----END PRIVATE KEY-----").holds);
}

TEST(Uuid, HasItsDashesInPlace) {
  EXPECT_TRUE(FindValidator("uuid")("3f2504e0-4f89-41d3-9a0c-0305e82c3301").holds);
  EXPECT_FALSE(FindValidator("uuid")("3f2504e0-4f89-41d3-9a0c00305e82c3301").holds);
}

TEST(Doubt, SequencesAndRepetitionsLookMadeUp) {
  for (const auto* text :
       {"12345678ABCDEFH1234567890ABCDEFH12345678", "abc123xyz456def789",
        "deadbeefdeadbeefdeadbeef", "112312312312312312312", "00aaaaaaaaaaaaaaaaaaaaa1"})
    EXPECT_NE(DoubtReason(text), "") << text;
  for (const auto* text : {"q9ZtRk3VbLm7WsYc1HnJd5Gf", "3fea6af1349166ea", "short",
                           "7f3a91c04be28d56a0f1937bc2e85d64"})
    EXPECT_EQ(DoubtReason(text), "") << text;
}

TEST(Words, AreToldFromRandomLetters) {
  for (const auto* text : {"TokenAuthenticationFilter", "waiting_for_reply", "ACCESS_TOKEN_VALUE"})
    EXPECT_TRUE(ReadsLikeWords(text)) << text;
  for (const auto* text : {"qZtRkVbLmWsYcHnJdGf", "xkcdwfghtrmnbvz", "Token7Filter", ""})
    EXPECT_FALSE(ReadsLikeWords(text)) << text;
}

}  // namespace
}  // namespace leaktrip

#include "detectors/leak/context.h"

#include <gtest/gtest.h>

#include <string>

namespace leaktrip {
namespace {

std::string_view Before(std::string_view text) { return NameBefore(text, text.size()); }

TEST(NameBefore, SeesThroughQuotesSeparatorsAndEncodings) {
  EXPECT_EQ(Before("{\"api_key\": \""), "api_key");
  EXPECT_EQ(Before("&api_key="), "api_key");
  EXPECT_EQ(Before("&api_key%3D"), "api_key");
  EXPECT_EQ(Before("{\\\"api_key\\\": \\\""), "api_key");
  EXPECT_EQ(Before("--api-key "), "--api-key");
  EXPECT_EQ(Before("/v1/keys/"), "keys");
  EXPECT_EQ(Before(""), "");
  EXPECT_EQ(Before("abc"), "");
}

TEST(ReadName, LastTellingWordCounts) {
  for (const auto* name : {"token", "access_token", "API-Key", "clientSecret", "x-auth", "id_token",
                           "mytoken", "key2"})
    EXPECT_EQ(ReadName(name), NameSays::kCredential) << name;
  for (const auto* name : {"request_id", "requestId", "commit", "token_id", "sha256", "ETag",
                           "trace", "next_page_token", "publicKey", "s3_key"})
    EXPECT_EQ(ReadName(name), NameSays::kIdentifier) << name;
  for (const auto* name : {"", "msg", "value", "123", "api", "api.acme.com"})
    EXPECT_EQ(ReadName(name), NameSays::kNothing) << name;
}

TEST(Hint, IsAWordOfItsOwn) {
  const auto stands = [](std::string_view text, std::string_view hint) {
    const size_t at = std::string(text).find_first_of("bB");
    return HintStandsAt(text, at, hint);
  };
  EXPECT_TRUE(stands("box_token", "box"));
  EXPECT_TRUE(stands("myBoxToken", "box"));
  EXPECT_TRUE(stands("/box/", "box"));
  EXPECT_FALSE(stands("inbox", "box"));
  EXPECT_FALSE(stands("boxes", "box"));
}

TEST(Hint, MayEndInASeparator) {
  EXPECT_TRUE(HintStandsAt("dd_api_key", 0, "dd_"));
  EXPECT_TRUE(HintStandsAt("DD_API_KEY", 0, "dd_"));
  EXPECT_FALSE(HintStandsAt("add_api_key", 1, "dd_"));
}

TEST(Hint, MayBeAnAcronymOrLeadACredentialWord) {
  EXPECT_TRUE(HintStandsAt("BOXToken", 0, "box"));
  EXPECT_TRUE(HintStandsAt("boxtoken", 0, "box"));
  EXPECT_TRUE(HintStandsAt("BOXAPIKEY", 0, "box"));
  EXPECT_FALSE(HintStandsAt("boxapple", 0, "box"));
}

TEST(Hint, IsNotTheMiddleOfAHexNumber) {
  EXPECT_FALSE(HintStandsAt("bbfc-9fb-4ac8", 6, "fb"));
  EXPECT_TRUE(HintStandsAt("v2github", 2, "github"));
}

TEST(NameBeforeValue, WeakWordsOfPathsAndKeysOfPartsSayNothing) {
  const auto says = [](std::string_view before) {
    return ReadNameBefore(std::string(before) + "7f3a", before.size());
  };
  EXPECT_EQ(says("GET /twitter/session/"), NameSays::kNothing);
  EXPECT_EQ(says("redis GET app:auth:"), NameSays::kNothing);
  EXPECT_EQ(says("/v1/token/"), NameSays::kCredential);
  EXPECT_EQ(says("auth="), NameSays::kCredential);
  EXPECT_EQ(says("session_id="), NameSays::kCredential);
  EXPECT_EQ(says("client_id="), NameSays::kIdentifier);
  EXPECT_EQ(says("X-CSRF-Token: "), NameSays::kIdentifier);
  EXPECT_EQ(says("?page_token="), NameSays::kIdentifier);
}

TEST(FileExtension, ComesAfterTheStemOfAFile) {
  EXPECT_TRUE(FileExtensionAt("a7f3.png HTTP", 4));
  EXPECT_TRUE(FileExtensionAt("a7f3.WOFF2", 4));
  EXPECT_FALSE(FileExtensionAt("a7f3.pngs", 4));
  EXPECT_FALSE(FileExtensionAt("a7f3.", 4));
  EXPECT_FALSE(FileExtensionAt("a7f3 .png", 4));
}

}  // namespace
}  // namespace leaktrip

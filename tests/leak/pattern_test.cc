#include "detectors/leak/pattern.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace leaktrip {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

LiteralSet Literals(std::string_view pattern, double least_rarity = 2) {
  const auto node = ParsePattern(pattern);
  EXPECT_TRUE(node) << node.error().message;
  return RequiredLiterals(*node, least_rarity).value_or(LiteralSet{});
}

std::string ErrorOf(std::string_view pattern) {
  const auto node = ParsePattern(pattern);
  return node ? "" : std::to_string(node.error().place.column) + ": " + node.error().message;
}

TEST(Pattern, ForgottenBraceIsAnErrorWithItsColumn) {
  EXPECT_THAT(ErrorOf("ghp_[A-Za-z0-9]{36"), HasSubstr("16: `{` begins no quantifier"));
}

TEST(Pattern, WhatTheEnginesDoNotShareIsRefused) {
  std::string deep;
  for (int i = 0; i < 100; ++i) deep += "(?:";
  EXPECT_THAT(ErrorOf("(?=a)b"), HasSubstr("look-around"));
  EXPECT_THAT(ErrorOf("(a)(b)"), HasSubstr("second capturing group"));
  EXPECT_THAT(ErrorOf("a+?"), HasSubstr("lazy"));
  EXPECT_THAT(ErrorOf("(a)\\1"), HasSubstr("not supported"));
  EXPECT_THAT(ErrorOf("[z-a]"), HasSubstr("not a range"));
  EXPECT_THAT(ErrorOf("[abc"), HasSubstr("never closed"));
  EXPECT_THAT(ErrorOf("(abc"), HasSubstr("never closed"));
  EXPECT_THAT(ErrorOf("abc)"), HasSubstr("unmatched"));
  EXPECT_THAT(ErrorOf("a{3,2}"), HasSubstr("wrong way round"));
  EXPECT_THAT(ErrorOf("a{2000}"), HasSubstr("1000"));
  EXPECT_THAT(ErrorOf("*a"), HasSubstr("nothing to repeat"));
  EXPECT_THAT(ErrorOf("^a$"), HasSubstr("^ and $"));
  EXPECT_THAT(ErrorOf(deep), HasSubstr("nested too deeply"));
}

TEST(Pattern, WidthAddsUpAndIsOpenForAPlus) {
  const auto bounded = ParsePattern("gh[pousr]_[A-Za-z0-9]{36,40}(?:xy)?");
  EXPECT_EQ(WidthOf(*bounded).min, 40u);
  EXPECT_EQ(WidthOf(*bounded).max, 46u);
  EXPECT_EQ(WidthOf(*ParsePattern("ab+")).max, std::nullopt);
}

TEST(Pattern, LiteralStandsWhereThePatternHasIt) {
  const auto set = Literals("[0-9a-f]{32}-us[0-9]{1,2}");
  EXPECT_THAT(set.texts, ElementsAre("-us"));
  EXPECT_EQ(set.min_before, 32u);
  EXPECT_EQ(set.max_before, 32u);
}

TEST(Pattern, SmallClassesAndAlternativesAreWrittenOut) {
  EXPECT_THAT(Literals("(?:sk|rk)_live_[a-z]{9}").texts,
              UnorderedElementsAre("sk_live_", "rk_live_"));
  EXPECT_THAT(Literals("gh[po]_[a-z]{9}").texts, UnorderedElementsAre("gho_", "ghp_"));
  EXPECT_THAT(Literals("api[-_]?key").texts, UnorderedElementsAre("api-key", "api_key", "apikey"));
}

TEST(Pattern, CaselessLiteralIsLowerCase) {
  const auto set = Literals("(?i)X-Api-Token: [0-9a-f]{32}");
  EXPECT_THAT(set.texts, ElementsAre("x-api-token: "));
  EXPECT_TRUE(set.caseless);
}

TEST(Pattern, CaseFoldingEndsWithItsGroup) {
  const auto node = ParsePattern("(?i:a)b");
  EXPECT_EQ(FirstSet(*node).count(), 2u);
  EXPECT_EQ(LastSet(*node).count(), 1u);
}

TEST(Pattern, NoLiteralWhereAMatchNeedsNone) {
  EXPECT_TRUE(Literals("[A-Z0-9]{20}").texts.empty());
  EXPECT_TRUE(Literals("(?:abcdef|[0-9]{6})").texts.empty());
  EXPECT_TRUE(Literals("SK[0-9a-f]{32}").texts.empty());  // every expansion is short or too many
}

TEST(Pattern, LiteralBehindAnOpenPartIsOfNoUse) {
  EXPECT_TRUE(Literals("[a-z]+_secret_").texts.empty());
}

TEST(Pattern, EndSetsSeeThroughOptionalParts) {
  const auto node = ParsePattern("[0-9]{3}[a-c]?");
  EXPECT_EQ(LastSet(*node).count(), 13u);
}

size_t LongestOfHex(std::string_view pattern) {
  CharSet hex;
  for (const char c : std::string_view("0123456789abcdef")) hex.set(static_cast<size_t>(c));
  const auto node = ParsePattern(pattern);
  return node ? LongestStretch(*node, hex).length : SIZE_MAX;
}

TEST(Pattern, StretchIsWhatEveryMatchHolds) {
  EXPECT_EQ(LongestOfHex("[0-9a-f]{32}"), 32u);
  EXPECT_EQ(LongestOfHex("x[0-9]{4}[a-f]{3,9}"), 7u);
  EXPECT_EQ(LongestOfHex("[0-9a-f]{8}-[0-9a-f]{12}"), 12u);
  EXPECT_EQ(LongestOfHex("[0-9]{5}|[a-f]{9}"), 5u);
  EXPECT_EQ(LongestOfHex("(?:[0-9]{5})?x[0-9]{2}"), 2u);
  EXPECT_EQ(LongestOfHex("[0-9g]{20}"), 0u);
}

TEST(Pattern, StretchTellsHowFarIntoTheMatchItMayBegin) {
  CharSet digits;
  for (size_t c = '0'; c <= '9'; ++c) digits.set(c);
  const auto stretch = [&](std::string_view pattern) {
    return LongestStretch(*ParsePattern(pattern), digits).max_before;
  };
  EXPECT_EQ(stretch("[0-9]{9}x"), 0u);
  EXPECT_EQ(stretch("[a-z]{2,5}[0-9]{9}"), 5u);
  EXPECT_EQ(stretch("[a-z]+[0-9]{9}"), std::nullopt);
}

TEST(Pattern, LiteralKnowsWhatFollowsIt) {
  const auto set = Literals("[a-f]{9}-key-[0-9]{4}");
  ASSERT_TRUE(set.rest);
  EXPECT_EQ(WidthOf(*set.rest).min, 4u);
}

TEST(Pattern, SecretAtTheEdgeOfAMatchIsSeen) {
  EXPECT_TRUE(SecretEndsMatch(*ParsePattern("key=([a-z]{9})")));
  EXPECT_FALSE(SecretEndsMatch(*ParsePattern("key=([a-z]{9})@")));
  EXPECT_TRUE(SecretBeginsMatch(*ParsePattern("\\b([a-z]{9})@")));
}

}  // namespace
}  // namespace leaktrip

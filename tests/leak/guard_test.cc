#include "detectors/leak/guard.h"

#include <gtest/gtest.h>

namespace leaktrip {
namespace {

bool Allows(std::string_view pattern, std::string_view text) {
  const auto node = ParsePattern(pattern);
  return node && Guard(*node).Allows(text, 0, text.size());
}

TEST(Guard, LetsEveryMatchThrough) {
  EXPECT_TRUE(Allows("ghp_[A-Za-z0-9]{6}", "ghp_aZ09bc and more"));
  EXPECT_TRUE(Allows("(?i:auth|token)[ ]{0,2}[:=]x", "TOKEN  :x"));
  EXPECT_TRUE(Allows("a(?:b|cd)*e", "abcdcdbe"));
  EXPECT_TRUE(Allows("[a-f]{3,40}-z", "abcdefabcdefabcdef-z"));
}

TEST(Guard, TurnsAwayWhatCannotGoOn) {
  EXPECT_FALSE(Allows("ghp_[A-Za-z0-9]{6}", "ghp_aZ09b-"));
  EXPECT_FALSE(Allows("(?i:auth)[ ]{0,2}[:=]x", "authentication"));
  EXPECT_FALSE(Allows("[0-9a-f]{32}", "0123456789abcdefg123456789abcdef"));
}

TEST(Guard, TextThatEndsTooSoonCannotMatch) { EXPECT_FALSE(Allows("[0-9]{8}", "1234567")); }

TEST(Guard, LooksNoFartherThanItIsTold) {
  const auto node = ParsePattern("a[^\\n]{1,200}b");
  const Guard guard(*node);
  EXPECT_TRUE(guard.Allows("a123b", 0, 5));
  EXPECT_FALSE(guard.Allows("a123b", 0, 4));
}

TEST(Guard, PatternLargerThanItsTableIsLetThroughInTheEnd) {
  const std::string text(400, 'a');
  EXPECT_TRUE(Allows("a{400}", text));
  EXPECT_TRUE(Allows("(?:[a-c]{1,90}x|[a-b]{1,80}y|[a]{300}){2}", text));
}

}  // namespace
}  // namespace leaktrip

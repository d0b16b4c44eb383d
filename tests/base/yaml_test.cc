#include "detectors/base/yaml.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace leaktrip {
namespace {

using testing::HasSubstr;

std::string ErrorOf(std::string_view text) {
  const auto value = ParseYaml(text, "f.yaml");
  return value ? "" : value.error().ToString();
}

TEST(Yaml, SyntaxErrorHasLineAndColumn) {
  EXPECT_THAT(ErrorOf("a: [1, 2\nb: 3\n"), HasSubstr("f.yaml:2:"));
}

TEST(Yaml, DuplicateKeyIsRefusedAtTheSecond) {
  EXPECT_THAT(ErrorOf("a: 1\na: 2\n"), HasSubstr("f.yaml:2:1: key `a` stands here twice"));
}

TEST(Yaml, AliasesAndAnchorsAreRefused) {
  EXPECT_THAT(ErrorOf("a: &x 1\nb: *x\n"), HasSubstr("anchors"));
}

TEST(Yaml, DeepNestingIsRefused) {
  EXPECT_THAT(ErrorOf(std::string(100, '[') + std::string(100, ']')), HasSubstr("64 levels"));
}

TEST(Yaml, NulByteIsRefused) {
  EXPECT_THAT(ErrorOf(std::string_view("a: \0b", 5)), HasSubstr("NUL"));
}

TEST(Yaml, PlainNoStaysText) {
  const auto value = ParseYaml("country: no\n", "f.yaml");
  ASSERT_TRUE(value);
  Errors errors;
  EXPECT_EQ(YamlMap(*value, &errors).String("country"), "no");
}

TEST(Yaml, UnknownKeyGetsASuggestionAndItsPlace) {
  const auto value = ParseYaml("severity: high\nseverty: low\n", "f.yaml");
  ASSERT_TRUE(value);
  Errors errors;
  YamlMap map(*value, &errors);
  map.String("severity");
  map.Finish();
  ASSERT_EQ(errors.size(), 1u);
  EXPECT_EQ(errors[0].ToString(), "f.yaml:2:1: unknown key `severty`, did you mean `severity`?");
}

TEST(Yaml, AllErrorsComeAtOnce) {
  const auto value = ParseYaml("n: x\nb: 7\n", "f.yaml");
  ASSERT_TRUE(value);
  Errors errors;
  YamlMap map(*value, &errors);
  EXPECT_EQ(map.Int("n", 5, 0, 9), 5);
  EXPECT_TRUE(map.Bool("b", true));
  EXPECT_EQ(map.RequiredString("name"), "");
  EXPECT_EQ(errors.size(), 3u);
}

}  // namespace
}  // namespace leaktrip

#include "detectors/leak/rule_loader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "detectors/leak/engine.h"

namespace leaktrip {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::string_view kGood = R"(provider: acme
rules:
  - id: acme-key
    name: Acme API key
    description: Opens everything at Acme.
    kind: api-key
    pattern: 'acme_[a-z0-9]{20}'
    severity: critical
    confidence: high
    examples:
      positive:
        - text: 'GET /?k=acme_8f3kq0v7m2x9r4t1w6z5&x=1'
          secret: acme_8f3kq0v7m2x9r4t1w6z5
        - 'acme_p0o9i8u7y6t5r4e3w2q1'
      negative:
        - 'acme_short'
)";

std::vector<std::string> ErrorsOf(const RuleFiles& shipped, const RuleFiles& over = {},
                                  std::vector<Rule>* rules = nullptr) {
  Errors errors;
  auto loaded = LoadRules(shipped, over, &errors);
  if (rules) *rules = std::move(loaded);
  std::vector<std::string> texts;
  for (const auto& error : errors) texts.push_back(error.ToString());
  return texts;
}

std::string With(std::string_view from, std::string_view to) {
  std::string text(kGood);
  const size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

TEST(RuleLoader, GoodFileGivesARule) {
  std::vector<Rule> rules;
  EXPECT_THAT(ErrorsOf({{"tokens/acme.yaml", std::string(kGood)}}, {}, &rules), IsEmpty());
  ASSERT_THAT(rules, SizeIs(1));
  EXPECT_EQ(rules[0].provider, "acme");
  EXPECT_EQ(rules[0].severity, Severity::kCritical);
  EXPECT_EQ(rules[0].positive[0].secret, "acme_8f3kq0v7m2x9r4t1w6z5");
}

TEST(RuleLoader, UnknownKeyHasItsPlaceAndASuggestion) {
  EXPECT_THAT(ErrorsOf({{"tokens/acme.yaml", With("severity:", "severty:")}}),
              ElementsAre("tokens/acme.yaml:8:5: unknown key `severty`, did you mean `severity`?"));
}

TEST(RuleLoader, BadPatternHasTheColumnInTheFile) {
  EXPECT_THAT(ErrorsOf({{"tokens/acme.yaml", With("{20}", "{20")}}),
              Contains(HasSubstr("tokens/acme.yaml:7:28: `{` begins no quantifier")));
}

TEST(RuleLoader, AllErrorsOfAllFilesComeAtOnce) {
  EXPECT_THAT(ErrorsOf({{"tokens/a.yaml", With("critical", "terrible")},
                        {"tokens/b.yaml", "rules: [1, 2"},
                        {"tokens/c.yaml", "x: 1"}}),
              SizeIs(testing::Ge(4)));
}

TEST(RuleLoader, MissingExamplesAreErrors) {
  EXPECT_THAT(ErrorsOf({{"tokens/acme.yaml", With("        - 'acme_p0o9i8u7y6t5r4e3w2q1'\n", "")}}),
              ElementsAre(HasSubstr("at least two positive examples")));
}

TEST(RuleLoader, SameIdTwiceNamesTheFirstPlace) {
  EXPECT_THAT(
      ErrorsOf({{"tokens/a.yaml", std::string(kGood)}, {"tokens/b.yaml", std::string(kGood)}}),
      ElementsAre(HasSubstr("stands at tokens/a.yaml:3:5 already")));
}

TEST(RuleLoader, SecondFolderOverridesOneField) {
  std::vector<Rule> rules;
  EXPECT_THAT(
      ErrorsOf({{"tokens/acme.yaml", std::string(kGood)}},
               {{"tokens/mine.yaml", "rules:\n  - id: acme-key\n    severity: low\n"}}, &rules),
      IsEmpty());
  ASSERT_THAT(rules, SizeIs(1));
  EXPECT_EQ(rules[0].severity, Severity::kLow);
  EXPECT_EQ(rules[0].pattern, "acme_[a-z0-9]{20}");
}

TEST(RuleLoader, SecondFolderDisablesARule) {
  std::vector<Rule> rules;
  EXPECT_THAT(
      ErrorsOf({{"tokens/acme.yaml", std::string(kGood)}},
               {{"tokens/mine.yaml", "rules:\n  - id: acme-key\n    enabled: false\n"}}, &rules),
      IsEmpty());
  EXPECT_THAT(rules, IsEmpty());
}

TEST(RuleLoader, HalfANewRuleIsAnError) {
  EXPECT_THAT(ErrorsOf({}, {{"tokens/mine.yaml", "rules:\n  - id: other\n    severity: low\n"}}),
              Contains(HasSubstr("`pattern` is missing")));
}

TEST(Examples, ExampleThatDoesNotMatchIsReportedWithItsPlace) {
  Errors errors;
  auto rules = LoadRules({{"tokens/acme.yaml", With("acme_p0o9i8u7y6t5r4e3w2q1", "acme_tooshort")}},
                         {}, &errors);
  ASSERT_THAT(errors, IsEmpty());
  CheckExamples(CompileRules(std::move(rules), "", &errors), &errors);
  ASSERT_THAT(errors, SizeIs(1));
  EXPECT_THAT(errors[0].ToString(),
              HasSubstr("tokens/acme.yaml:14:11: acme-key: the positive example is not found"));
}

TEST(Examples, NegativeExampleThatMatchesIsReported) {
  Errors errors;
  auto rules = LoadRules(
      {{"tokens/acme.yaml", With("'acme_short'", "'acme_q1w2e3r4t5y6u7i8o9p0'")}}, {}, &errors);
  CheckExamples(CompileRules(std::move(rules), "", &errors), &errors);
  ASSERT_THAT(errors, SizeIs(1));
  EXPECT_THAT(errors[0].ToString(), HasSubstr("the negative example is found"));
}

TEST(Examples, WrongSecretIsReported) {
  Errors errors;
  auto rules = LoadRules({{"tokens/acme.yaml", With("secret: acme_8f3kq0v7m2x9r4t1w6z5",
                                                    "secret: acme_8f3kq0v7m2x9r4t1w6")}},
                         {}, &errors);
  CheckExamples(CompileRules(std::move(rules), "", &errors), &errors);
  ASSERT_THAT(errors, SizeIs(1));
  EXPECT_THAT(errors[0].ToString(), HasSubstr("not exactly its `secret`"));
}

}  // namespace
}  // namespace leaktrip

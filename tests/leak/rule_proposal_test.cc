#include "detectors/leak/rule_proposal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "detectors/leak/engine.h"
#include "detectors/leak/example_maker.h"
#include "detectors/leak/rule_loader.h"
#include "detectors/leak/rule_writer.h"

namespace leaktrip {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

Rule Propose(const std::vector<std::string>& samples, const ProposalWishes& wishes = {}) {
  const auto rule = ProposeRule(samples, wishes, 7);
  if (!rule) {
    ADD_FAILURE() << rule.error().message;
    return {};
  }
  return *rule;
}

// What is proposed passes `rules test`, and holds nothing of a sample but its beginning.
void ExpectGood(const Rule& rule, const std::vector<std::string>& samples) {
  const std::string yaml = WriteRules(rule.provider, {rule});
  Errors errors;
  auto set = CompileRules(LoadRules({{"tokens/new.yaml", yaml}}, {}, &errors), "key", &errors);
  if (set) CheckExamples(set, &errors);
  for (const auto& error : errors) ADD_FAILURE() << error.ToString() << "\n" << yaml;
  for (const auto& sample : samples)
    EXPECT_THAT(yaml, Not(HasSubstr(sample.substr(sample.size() / 2))));
}

TEST(RuleProposal, OwnBeginningBecomesTheLiteral) {
  const std::vector<std::string> samples = {"acme_live_8fK3kq0v7M2x9R4t1w6Z"};
  const Rule rule = Propose(samples);
  EXPECT_EQ(rule.pattern, "acme_live_[A-Za-z0-9]{20}");
  EXPECT_EQ(rule.id, "acme-api-key");
  EXPECT_EQ(rule.provider, "acme");
  EXPECT_THAT(rule.hints, IsEmpty());
  ExpectGood(rule, samples);
}

TEST(RuleProposal, SeveralSamplesGiveTheRangeOfLengths) {
  const std::vector<std::string> samples = {"AKME8F3KQ0V7M2X9R4T1", "AKMEP0O9I8U7Y6T5R4E3W2",
                                            "AKMEQ1W2E3R4T5Y6U7I8O9"};
  const Rule rule = Propose(samples, {.provider = "acme"});
  EXPECT_EQ(rule.pattern, "AKME[A-Z0-9]{16,18}");
  ExpectGood(rule, samples);
}

TEST(RuleProposal, HexTakesItsProviderAsHint) {
  const std::vector<std::string> samples = {"9f86d081884c7d659a2feaa0c55ad015"};
  const Rule rule = Propose(samples, {.provider = "acme", .kind = "secret-key"});
  EXPECT_EQ(rule.pattern, "[0-9a-f]{32}");
  EXPECT_EQ(rule.id, "acme-secret-key");
  EXPECT_THAT(rule.hints, ElementsAre("acme"));
  ExpectGood(rule, samples);
}

TEST(RuleProposal, SeparatorsThatSamplesShareStay) {
  const std::vector<std::string> uuid = {"2f1c9e7a-4b3d-4c8e-9f10-7a6b5c4d3e2f"};
  const Rule by_uuid = Propose(uuid, {.provider = "acme"});
  EXPECT_EQ(by_uuid.pattern, "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");
  ExpectGood(by_uuid, uuid);
  const std::vector<std::string> dotted = {"acme.8fK3kq0v7M2x.9R4t1w6Zp0o9i8u7y6t5"};
  ExpectGood(Propose(dotted), dotted);
  const std::vector<std::string> padded = {"acme_8fK3kq0v7M2x/9R4t+1w6Zp0o9i8u7Y6t5=="};
  const Rule base64 = Propose(padded);
  EXPECT_THAT(base64.pattern, HasSubstr("={0,2}"));
  ExpectGood(base64, padded);
}

TEST(RuleProposal, WhatGivesNoRuleIsSaidWithoutTheSample) {
  const auto reason = [](const std::string& sample, const ProposalWishes& wishes) {
    const auto rule = ProposeRule({sample}, wishes, 7);
    EXPECT_FALSE(rule) << sample;
    return rule ? "" : rule.error().message;
  };
  EXPECT_THAT(reason("short", {}), HasSubstr("less than 8"));
  EXPECT_THAT(reason("has blanks in it", {}), HasSubstr("printable"));
  EXPECT_THAT(reason("9f86d081884c7d659a2feaa0c55ad015", {}), HasSubstr("--provider"));
}

TEST(RuleProposal, SecretIsTakenOutOfALine) {
  EXPECT_EQ(SecretIn("acme_8f3kq0v7m2x9r4t1"), "acme_8f3kq0v7m2x9r4t1");
  EXPECT_EQ(SecretIn("GET /a?key=acme_8f3kq0v7m2x9r4t1&x=1 HTTP/1.1"), "acme_8f3kq0v7m2x9r4t1");
  EXPECT_EQ(SecretIn("export KEY=\"acme_8f3kq0v7m2x9r4t1==\""), "acme_8f3kq0v7m2x9r4t1==");
  EXPECT_EQ(SecretIn(""), "");
}

TEST(ExampleMaker, SameSeedSameExamplesAndAllHold) {
  Rule rule;
  rule.id = "acme";
  rule.provider = "acme";
  rule.pattern = "(?i:acme)[-_](?:live|test)\\.([A-Za-z0-9]{20,40}|[0-9a-f]{64})";
  Rule again = rule;
  ASSERT_TRUE(MakeExamples(&rule, 3));
  ASSERT_TRUE(MakeExamples(&again, 3));
  ASSERT_EQ(rule.positive.size(), 2u);
  EXPECT_THAT(rule.positive[0].text, HasSubstr("GET /"));
  EXPECT_EQ(rule.positive[1].text, again.positive[1].text);
  EXPECT_EQ(rule.negative.size(), 1u);
}

TEST(ExampleMaker, ExamplesThatDoNotHoldAreReplaced) {
  Rule rule;
  rule.id = "acme";
  rule.provider = "acme";
  rule.pattern = "acme_[a-z0-9]{20}";
  rule.positive = {{"acme_tooshort", "", {}}, {"k=acme_8f3kq0v7m2x9r4t1w6z5", "", {}}};
  rule.negative = {{"acme_p0o9i8u7y6t5r4e3w2q1", "", {}}};
  ASSERT_TRUE(MakeExamples(&rule, 3));
  EXPECT_EQ(rule.positive.size(), 2u);
  EXPECT_EQ(rule.positive[0].text, "k=acme_8f3kq0v7m2x9r4t1w6z5");
  EXPECT_EQ(rule.negative.size(), 1u);
}

TEST(ExampleMaker, RuleThatCanNeverFindAnythingIsRefused) {
  Rule rule;
  rule.id = "acme";
  rule.provider = "acme";
  rule.pattern = "acme_a{20}";
  rule.min_entropy = 4;
  EXPECT_FALSE(MakeExamples(&rule, 3));
}

TEST(RuleWriter, WhatIsWrittenIsReadAlike) {
  Rule rule;
  rule.id = "acme-key";
  rule.name = "It's: #1 \"key\"";
  rule.description = "true";
  rule.kind = "api-key";
  rule.pattern = "acme_['\"\\\\]?[a-z0-9]{20}";
  rule.hints = {"acme", "acme.com"};
  rule.min_entropy = 2.5;
  rule.guessable = true;
  rule.allow = {"^x$"};
  rule.allowed = {
      {.regexes = {"a", "b c"}, .topics = {"dev"}, .reason = "r", .expires = 86'400'000}};
  rule.positive = {{"acme_8f3kq0v7m2x9r4t1w6z5\nnext\x01", "acme_8f3kq0v7m2x9r4t1w6z5", {}},
                   {"- acme_8f3kq0v7m2x9r4t1w6z5", "", {}}};
  rule.negative = {{"x", "", {}}};
  Errors errors;
  const auto rules = LoadRules({{"tokens/a.yaml", WriteRules("acme", {rule})}}, {}, &errors);
  for (const auto& error : errors) ADD_FAILURE() << error.ToString();
  ASSERT_EQ(rules.size(), 1u);
  EXPECT_EQ(rules[0].name, rule.name);
  EXPECT_EQ(rules[0].description, rule.description);
  EXPECT_EQ(rules[0].pattern, rule.pattern);
  EXPECT_EQ(rules[0].hints, rule.hints);
  EXPECT_EQ(rules[0].min_entropy, 2.5);
  EXPECT_EQ(rules[0].positive[0].text, rule.positive[0].text);
  EXPECT_EQ(rules[0].positive[1].text, rule.positive[1].text);
  ASSERT_EQ(rules[0].allowed.size(), 1u);
  EXPECT_EQ(rules[0].allowed[0].regexes, rule.allowed[0].regexes);
  EXPECT_EQ(rules[0].allowed[0].expires, rule.allowed[0].expires);
}

}  // namespace
}  // namespace leaktrip

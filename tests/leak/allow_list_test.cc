#include "detectors/leak/allow_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "detectors/leak/allow_loader.h"
#include "detectors/leak/engine.h"

namespace leaktrip {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr Millis kNow = 1'800'000'000'000;  // 2027-01-15
const std::string kSecret = "acme_8f3kq0v7m2x9r4t1w6z5";

const Rule& AcmeRule() {
  static const Rule rule = [] {
    Rule made;
    made.id = "acme-key";
    return made;
  }();
  return rule;
}

Finding Found(const std::string& secret = kSecret) {
  Finding finding;
  finding.rule = &AcmeRule();
  finding.fingerprint = Fingerprint::OfToken(secret);
  finding.secret = Secret(secret);
  return finding;
}

std::vector<std::string> Texts(const Errors& errors) {
  std::vector<std::string> texts;
  for (const auto& error : errors) texts.push_back(error.ToString());
  return texts;
}

AllowList Load(const std::string& yaml, Errors* errors) {
  return {LoadAllowEntries({}, {{"allow/mine.yaml", yaml}}, errors), errors};
}

bool Silences(const std::string& entry, const AllowPlace& place = {}, Millis now = kNow,
              const std::string& secret = kSecret) {
  Errors errors;
  const AllowList list = Load("allow:\n  - {" + entry + ", reason: known}\n", &errors);
  EXPECT_THAT(Texts(errors), IsEmpty()) << entry;
  return list.Find(Found(secret), place, now) != nullptr;
}

TEST(AllowList, EachConditionSilencesWhatItNames) {
  EXPECT_TRUE(Silences("value: " + kSecret));
  EXPECT_FALSE(Silences("value: " + kSecret, {}, kNow, kSecret + "x"));
  EXPECT_TRUE(Silences("regex: '8f3k'"));
  EXPECT_FALSE(Silences("regex: '^8f3k'"));
  EXPECT_TRUE(Silences("fingerprint: " + Fingerprint::OfToken(kSecret).Hex()));
  EXPECT_FALSE(Silences("fingerprint: " + Fingerprint::OfToken("other").Hex()));
  EXPECT_TRUE(Silences("path: testdata/", {.path = "src/testdata/a.log"}));
  EXPECT_FALSE(Silences("path: testdata/", {.path = "src/a.log"}));
  EXPECT_TRUE(Silences("topic: dev", {.topic = "dev"}));
  EXPECT_FALSE(Silences("topic: dev", {.topic = "dev-2"}));
  EXPECT_TRUE(Silences("topic: '^dev'", {.topic = "dev-2"}));
}

TEST(AllowList, AlternativesOfOneSortAndAllSortsTogether) {
  EXPECT_TRUE(Silences("value: [none, " + kSecret + "]"));
  const std::string both = "regex: acme, topic: dev";
  EXPECT_TRUE(Silences(both, {.topic = "dev"}));
  EXPECT_FALSE(Silences(both, {.topic = "prod"}));
  EXPECT_FALSE(Silences(both));  // an unknown topic is no topic
  EXPECT_FALSE(Silences("value: other, fingerprint: " + Fingerprint::OfToken(kSecret).Hex()));
}

TEST(AllowList, RulesLimitAnEntry) {
  EXPECT_TRUE(Silences("regex: acme, rules: [acme-key]"));
  EXPECT_TRUE(Silences("regex: acme, rules: ['acme-*']"));
  EXPECT_FALSE(Silences("regex: acme, rules: other"));
}

TEST(AllowList, EntryHoldsToTheEndOfItsDayAndIsReportedAfterwards) {
  EXPECT_TRUE(Silences("regex: acme, expires: 2027-01-15"));
  EXPECT_FALSE(Silences("regex: acme, expires: 2027-01-14"));
  EXPECT_FALSE(Silences("regex: acme, expires: '2027-01-15T07:59:59Z'"));
  Errors errors;
  const AllowList list =
      Load("allow:\n  - {regex: a, reason: r, expires: 2027-01-14}\n  - {regex: b, reason: r}\n",
           &errors);
  EXPECT_THAT(Texts(list.Warnings({}, kNow)),
              ElementsAre(HasSubstr(
                  "allow/mine.yaml:2:5: the allow entry expired at 2027-01-15T00:00:00Z")));
}

TEST(AllowList, EntryForAMissingRuleIsReported) {
  Errors errors;
  const AllowList list = Load("allow:\n  - {regex: a, reason: r, rules: [acme-kye]}\n", &errors);
  EXPECT_THAT(Texts(list.Warnings({AcmeRule()}, kNow)),
              ElementsAre(HasSubstr("did you mean `acme-key`?")));
}

TEST(AllowList, ValueOfAPasswordIsKnownThoughItsFingerprintIsKeyed) {
  Rule password;
  password.id = "password";
  password.guessable = true;
  Finding finding = Found("hunter2hunter2");
  finding.rule = &password;
  finding.fingerprint = Fingerprint::OfGuessable("key", "hunter2hunter2");
  Errors errors;
  const AllowList list = Load("allow:\n  - {value: hunter2hunter2, reason: r}\n", &errors);
  EXPECT_NE(list.Find(finding, {}, kNow), nullptr);
}

TEST(AllowLoader, WrongEntriesAreErrorsWithTheirPlaceAndWithoutTheValue) {
  Errors errors;
  LoadAllowEntries({},
                   {{"allow/a.yaml",
                     "allow:\n"
                     "  - {value: sekret}\n"
                     "  - {reason: nothing}\n"
                     "  - {fingerprint: abc, reason: r}\n"
                     "  - {regex: '*.log', reason: r}\n"
                     "  - {topic: x, reason: r, expires: soon}\n"
                     "  - {topc: x, reason: r}\n"},
                    {"allow/b.yaml", "alow: []\n"}},
                   &errors);
  const auto texts = Texts(errors);
  EXPECT_THAT(texts, testing::Contains(HasSubstr("allow/a.yaml:2:5: `reason` is missing")));
  EXPECT_THAT(texts, testing::Contains(HasSubstr("allow/a.yaml:3:5: an allow entry needs one of")));
  EXPECT_THAT(texts, testing::Contains(HasSubstr("a.yaml:4:19: a fingerprint is 64 hex digits")));
  EXPECT_THAT(texts, testing::Contains(HasSubstr("this is no file pattern")));
  EXPECT_THAT(texts, testing::Contains(HasSubstr("`soon` is no date; write 2027-01-31")));
  EXPECT_THAT(texts, testing::Contains(HasSubstr("did you mean `topic`?")));
  EXPECT_THAT(texts, testing::Contains(HasSubstr("`allow` is missing")));
  for (const auto& text : texts) EXPECT_THAT(text, testing::Not(HasSubstr("sekret")));
}

constexpr std::string_view kRules = R"(provider: acme
rules:
  - id: acme-key
    name: Acme API key
    description: Opens everything at Acme.
    kind: api-key
    pattern: 'acme_[a-z0-9]{20}'
    allow:
      - 'acme_0{20}'
      - {regex: 8f3k, reason: the key of the example page}
    examples:
      positive: [acme_8f3kq0v7m2x9r4t1w6z5, 'k=acme_p0o9i8u7y6t5r4e3w2q1']
      negative: [acme_short]
)";

TEST(AllowLoader, RuleTakesPatternsAndEntriesAndItsExamplesStillHold) {
  Errors errors;
  const auto set = CompileRules(LoadRules({{"tokens/acme.yaml", std::string(kRules)}}, {}, &errors),
                                "", &errors);
  ASSERT_THAT(Texts(errors), IsEmpty());
  EXPECT_THAT(RulesOf(*set)[0].allow, SizeIs(1));
  const AllowEntry* entry = AllowOf(*set).Find(Found(), {}, kNow);
  ASSERT_NE(entry, nullptr);
  EXPECT_EQ(AllowWords(*entry), "tokens/acme.yaml:10 allows it: the key of the example page");
  CheckExamples(set, &errors);
  EXPECT_THAT(Texts(errors), IsEmpty());
}

TEST(AllowLoader, OverrideReplacesTheAllowListOfARule) {
  Errors errors;
  const auto rules = LoadRules(
      {{"tokens/acme.yaml", std::string(kRules)}},
      {{"tokens/mine.yaml", "rules:\n  - {id: acme-key, allow: [{topic: dev, reason: r}]}\n"}},
      &errors);
  ASSERT_THAT(rules, SizeIs(1));
  EXPECT_THAT(rules[0].allow, IsEmpty());
  ASSERT_THAT(rules[0].allowed, SizeIs(1));
  EXPECT_EQ(rules[0].allowed[0].rules, std::vector<std::string>{"acme-key"});
}

}  // namespace
}  // namespace leaktrip

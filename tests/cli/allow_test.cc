// A rules folder of one's own: overriding, switching off and allowing, as the commands show it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "detectors/base/fingerprint.h"
#include "tests/cli/own_rules_bed.h"

namespace leaktrip {
namespace {

using test::kGithub;
using test::kKey;

using testing::HasSubstr;
using testing::Not;

class OwnRules : public test::OwnRulesBed {
 protected:
  void SetUp() override {
    OwnRulesBed::SetUp();
    Write("logs/a.log", "k=" + kKey + "\nt=" + kGithub + "\n");
  }
  test::Outcome Run(const Words& words, const std::string& input = {}) {
    return RunWithRules(words, input);
  }
  test::Outcome Scan() { return Run({"scan", File("logs")}); }
};

TEST_F(OwnRules, NewRuleOneFieldAndSwitchingOffAllWork) {
  EXPECT_THAT(Scan().out, HasSubstr("medium acme-key"));
  EXPECT_THAT(Scan().out, HasSubstr("critical github-pat"));
  Write("rules/tokens/github.yaml", "rules:\n  - {id: github-pat, severity: low}\n");
  EXPECT_THAT(Scan().out, HasSubstr("low github-pat"));
  Write("rules/tokens/github.yaml", "rules:\n  - {id: github-pat, enabled: false}\n");
  EXPECT_THAT(Scan().out, Not(HasSubstr("github-pat:")));
}

TEST_F(OwnRules, AllowedFindingIsCountedAndNotReported) {
  Write("rules/allow/mine.yaml",
        "allow:\n  - {path: 'logs/', rules: [acme-key], reason: the demo's key}\n"
        "  - {fingerprint: " +
            Fingerprint::OfToken(kGithub).Hex() + ", reason: revoked long ago}\n");
  const auto outcome = Scan();
  EXPECT_EQ(outcome.code, 0);
  EXPECT_EQ(outcome.out, "");
  EXPECT_THAT(outcome.err, HasSubstr("0 findings in 1 file of 0.0 MB; 2 allowed"));
}

TEST_F(OwnRules, ExplainNamesTheEntryAndItsReason) {
  Write("rules/allow/mine.yaml", "allow:\n  - {topic: dev, reason: the demo's key}\n");
  const auto dropped = Run({"explain", "--topic", "dev"}, "k=" + kKey + "\n");
  EXPECT_EQ(dropped.code, 0);
  EXPECT_THAT(dropped.out, HasSubstr("acme-key  dropped: " + File("rules/allow/mine.yaml") +
                                     ":2 allows it: the demo's key"));
  EXPECT_THAT(dropped.out, Not(HasSubstr(kKey)));
  EXPECT_EQ(Run({"explain", "--topic", "prod"}, "k=" + kKey + "\n").code, 1);
}

TEST_F(OwnRules, ExpiredEntryIsSaidAndSilencesNothing) {
  Write("rules/allow/mine.yaml",
        "allow:\n  - {regex: ^acme_, reason: until the move, expires: 2024-02-29}\n");
  EXPECT_EQ(Scan().code, 1);
  for (const Words& words : {Words{"check"}, Words{"rules", "test"}}) {
    const auto outcome = Run(words);
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    EXPECT_THAT(outcome.err, HasSubstr("warning: " + File("rules/allow/mine.yaml") +
                                       ":2:5: the allow entry expired at 2024-03-01"));
  }
}

TEST_F(OwnRules, WrongEntryIsAnErrorOfCheckAndTest) {
  Write("rules/allow/mine.yaml", "allow:\n  - {regex: '(', reason: r}\n");
  for (const Words& words : {Words{"check"}, Words{"rules", "test"}}) {
    const auto outcome = Run(words);
    EXPECT_EQ(outcome.code, 1);
    EXPECT_THAT(outcome.err, HasSubstr(File("rules/allow/mine.yaml") + ":2:"));
  }
}

TEST_F(OwnRules, FileThatNothingReadsIsSaid) {
  Write("rules/acme.yaml", "rules: []\n");
  EXPECT_THAT(Run({"rules", "test"}).err,
              HasSubstr("warning: " + File("rules/acme.yaml") + ": nothing reads this file"));
}

}  // namespace
}  // namespace leaktrip

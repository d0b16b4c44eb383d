// rules bench and rules backtest.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/cli/own_rules_bed.h"

namespace leaktrip {
namespace {

using test::kGithub;
using test::kKey;

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

class RulesTest : public test::OwnRulesBed {
 protected:
  void SetUp() override {
    OwnRulesBed::SetUp();
    Write("a.log", "first\nu=" + kKey + "\nt=" + kGithub + "\n");
  }
  test::Outcome Run(Words words) {
    words.insert(words.begin(), "rules");
    return RunWithRules(words);
  }
  std::vector<json> Backtest(const Words& more = {}) {
    Words words = {"backtest", File("a.log"), "--format", "jsonl"};
    words.insert(words.end(), more.begin(), more.end());
    const auto outcome = Run(words);
    EXPECT_EQ(outcome.code, outcome.out.empty() ? 0 : 1) << outcome.err;
    EXPECT_THAT(outcome.out, Not(HasSubstr(kKey)));
    std::vector<json> lines;
    std::istringstream stream(outcome.out);
    for (std::string line; std::getline(stream, line);) lines.push_back(json::parse(line));
    return lines;
  }
};

TEST_F(RulesTest, OptionsMayStandBeforeTheAction) {
  EXPECT_EQ(test::RunCommand({"rules", "--format", "jsonl", "list"}).code, 0);
}

TEST_F(RulesTest, ShowSaysHintsAndWhereARuleStands) {
  const auto outcome = Run({"show", "acme-key", "github-oauth-client-secret"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("hints        github"));
  EXPECT_THAT(outcome.out, HasSubstr("looked for   acme_"));
}

TEST_F(RulesTest, BenchCountsPlacesCandidatesAndFindingsCostliestFirst) {
  const auto outcome = Run({"bench", File("a.log"), "--format", "jsonl"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  uint64_t last = UINT64_MAX;
  bool seen = false;
  std::istringstream lines(outcome.out);
  for (std::string line; std::getline(lines, line);) {
    const auto row = json::parse(line);
    EXPECT_LE(row["bytes"].get<uint64_t>(), last);
    last = row["bytes"];
    if (row["id"] != "acme-key") continue;
    seen = true;
    EXPECT_EQ(row["candidates"], 1);
    EXPECT_EQ(row["findings"], 1);
    EXPECT_GE(row["places"].get<int>(), 1);
  }
  EXPECT_TRUE(seen);
  EXPECT_THAT(Run({"bench", File("a.log")}).out, HasSubstr("candidates findings"));
}

TEST_F(RulesTest, BacktestSaysWhatIsNewGoneAndChanged) {
  auto differences = Backtest();
  ASSERT_EQ(differences.size(), 1u);
  EXPECT_EQ(differences[0]["change"], "new");
  EXPECT_EQ(differences[0]["after"]["rule"], "acme-key");
  EXPECT_EQ(differences[0]["after"]["line"], 2);
  EXPECT_TRUE(differences[0]["before"].is_null());

  Write("rules/tokens/github.yaml", "rules:\n  - {id: github-pat, severity: low}\n");
  differences = Backtest({"--rule", "github-pat"});
  ASSERT_EQ(differences.size(), 1u);
  EXPECT_EQ(differences[0]["change"], "changed");
  EXPECT_EQ(differences[0]["before"]["severity"], "critical");
  EXPECT_EQ(differences[0]["after"]["severity"], "low");

  Write("rules/tokens/github.yaml",
        "rules:\n  - {id: github-pat, allow: [{regex: ., reason: test}]}\n");
  differences = Backtest({"--rule", "github-pat"});
  ASSERT_EQ(differences.size(), 1u);
  EXPECT_EQ(differences[0]["change"], "gone");
  EXPECT_THAT(differences[0]["after"]["allowed"].get<std::string>(), HasSubstr("allows it: test"));
}

TEST_F(RulesTest, BacktestOfAnUnchangedRuleSaysWhatItAdds) {
  const auto differences = Backtest({"--rule", "github-pat"});
  ASSERT_EQ(differences.size(), 1u);
  EXPECT_EQ(differences[0]["after"]["rule"], "github-pat");
}

TEST_F(RulesTest, BacktestOfNothingNewIsSilent) {
  Write("rules/tokens/acme.yaml", "rules: []\n");
  const auto outcome = Run({"backtest", File("a.log")});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_EQ(outcome.out, "");
  EXPECT_EQ(outcome.err, "0 new, 0 gone, 0 changed\n");
}

}  // namespace
}  // namespace leaktrip

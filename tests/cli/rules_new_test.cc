// rules new and rules import, from files to a folder that passes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/cli/run_command.h"
#include "tests/support/temp_dir.h"

namespace leaktrip {
namespace {

using testing::HasSubstr;
using testing::Not;

class RulesNewTest : public testing::Test {
 protected:
  void Write(const std::string& name, const std::string& text) {
    std::ofstream(File(name)) << text;
  }
  std::string File(const std::string& name) const { return dir_.File(name); }

  test::TempDir dir_;
};

TEST_F(RulesNewTest, ProposalIsWrittenPassesAndFindsTheSampleWithoutShowingIt) {
  const std::string sample = "zeta_live_8fK3kq0v7M2x9R4t1w6Z";
  const auto made = test::RunCommand({"rules", "new", "--out", File("rules")},
                                     "GET /?key=" + sample + "&x=1\r\n");
  EXPECT_EQ(made.code, 0) << made.err;
  EXPECT_THAT(made.out + made.err, Not(HasSubstr("8fK3kq0v")));
  const auto tested = test::RunCommand({"rules", "test", "--rules", File("rules")});
  EXPECT_EQ(tested.code, 0) << tested.err;
  Write("a.log", "t=" + sample + "\n");
  const auto scanned = test::RunCommand({"scan", "--rules", File("rules"), File("a.log")});
  EXPECT_THAT(scanned.out, HasSubstr("zeta-api-key"));

  const auto again = test::RunCommand({"rules", "new", "--out", File("rules")}, sample + "\n");
  EXPECT_EQ(again.code, 2);
  EXPECT_THAT(again.err, HasSubstr("is there already"));
}

TEST_F(RulesNewTest, RuleThatFindsItAlreadyIsNamed) {
  const auto made = test::RunCommand({"rules", "new", "--provider", "mine"},
                                     "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\n");
  EXPECT_EQ(made.code, 0) << made.err;
  EXPECT_THAT(made.err, HasSubstr("`github-pat` finds such secrets already"));
  EXPECT_THAT(made.out, HasSubstr("pattern: 'ghp_[A-Za-z0-9]{36}'"));
}

TEST_F(RulesNewTest, WhatGivesNoRuleIsAnErrorWithoutTheSample) {
  const auto hex = test::RunCommand({"rules", "new"}, "9f86d081884c7d659a2feaa0c55ad015\n");
  EXPECT_EQ(hex.code, 2);
  EXPECT_THAT(hex.err, HasSubstr("--provider"));
  EXPECT_THAT(hex.err, Not(HasSubstr("9f86d0")));
  const auto name =
      test::RunCommand({"rules", "new", "--provider", "Not An Id"}, "zeta_8fK3kq0v7M2x9R4t1w6Z\n");
  EXPECT_EQ(name.code, 2);
  EXPECT_THAT(name.err, HasSubstr("must be lower-case letters"));
}

TEST_F(RulesNewTest, ImportWritesAFolderThatPassesAndReportsEachRule) {
  Write("other.toml",
        "[[rules]]\nid = \"zeta-key\"\ndescription = \"Opens Zeta.\"\n"
        "regex = '''\\b(zeta_[a-z0-9]{24})(?:[\\s;]|$)'''\n"
        "[[rules]]\nid = \"ahead\"\nregex = '''zeta(?=x)[a-z]{9}'''\n");
  const auto imported =
      test::RunCommand({"rules", "import", File("other.toml"), "--out", File("rules")});
  EXPECT_EQ(imported.code, 0) << imported.err;
  EXPECT_THAT(imported.out, HasSubstr("taken     zeta-key as gitleaks-zeta-key"));
  EXPECT_THAT(imported.out, HasSubstr("left out  ahead (line 5): "));
  EXPECT_THAT(imported.err, HasSubstr("1 of 2 rules of gitleaks were taken"));
  const auto tested = test::RunCommand({"rules", "test", "--rules", File("rules")});
  EXPECT_EQ(tested.code, 0) << tested.err;

  const auto again =
      test::RunCommand({"rules", "import", File("other.toml"), "--out", File("rules")});
  EXPECT_EQ(again.code, 2);
  EXPECT_THAT(again.err, HasSubstr("not empty"));
}

TEST_F(RulesNewTest, ImportReportsAsJsonAndKeepsWhatIsNoRuleFileAway) {
  Write("other.yaml",
        "rules:\n  - name: Zeta\n    id: np.zeta.1\n    pattern: '(zeta_[a-z0-9]{24})'\n");
  const auto imported = test::RunCommand(
      {"rules", "import", File("other.yaml"), "--out", File("rules"), "--format", "jsonl"});
  EXPECT_EQ(imported.code, 0) << imported.err;
  EXPECT_EQ(nlohmann::json::parse(imported.out)["id"], "np-zeta-1");
  Write("bad.yaml", "rules: [\n");
  const auto bad = test::RunCommand({"rules", "import", File("bad.yaml"), "--out", File("none")});
  EXPECT_EQ(bad.code, 2);
  EXPECT_THAT(bad.err, HasSubstr("bad.yaml:"));
  EXPECT_FALSE(std::filesystem::exists(File("none")));
}

}  // namespace
}  // namespace leaktrip

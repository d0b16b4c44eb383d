#include "daemon/cli/rule_reloader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "tests/support/temp_dir.h"

namespace leaktrip {
namespace {

using testing::HasSubstr;

class ReloadTest : public testing::Test {
 protected:
  void SetUp() override {
    Write("leaktrip.yaml",
          "kafka:\n  brokers: [localhost:9092]\n  topics: [{name: web, logs: true}]\n"
          "rules_dir: rules\n");
  }
  void Write(const std::string& name, const std::string& text) {
    std::filesystem::create_directories(std::filesystem::path(dir_.File(name)).parent_path());
    std::ofstream(dir_.File(name)) << text;
  }
  void WriteRule(const std::string& negative) {
    Write("rules/tokens/acme.yaml",
          "rules:\n  - id: acme-key\n    name: Acme key\n    description: Opens Acme.\n"
          "    kind: api-key\n    pattern: 'acme_[a-z0-9]{16}'\n    examples:\n"
          "      positive: [acme_k3v9x2m7q1w8z5t4, 'k=acme_k3v9x2m7q1w8z5t4']\n"
          "      negative: [" +
              negative + "]\n");
  }
  Reloaded Run() { return Reload(dir_.File("leaktrip.yaml"), Secret("key")); }

  test::TempDir dir_;
};

TEST_F(ReloadTest, ExampleThatDoesNotHoldKeepsTheOldSet) {
  WriteRule("acme_k3v9x2m7q1w8z5t5");
  const Reloaded reloaded = Run();
  EXPECT_EQ(reloaded.rules, nullptr);
  ASSERT_EQ(reloaded.errors.size(), 1u);
  EXPECT_THAT(reloaded.errors[0].ToString(), HasSubstr("the negative example is found"));
  WriteRule("acme_short");
  EXPECT_NE(Run().rules, nullptr);
}

TEST_F(ReloadTest, ExpiredAllowEntryIsAWarningAndTheSetIsTaken) {
  WriteRule("acme_short");
  Write("rules/allow/a.yaml", "allow: [{regex: x, reason: r, expires: 2020-01-01}]\n");
  const Reloaded reloaded = Run();
  EXPECT_NE(reloaded.rules, nullptr);
  ASSERT_EQ(reloaded.warnings.size(), 1u);
  EXPECT_THAT(reloaded.warnings[0].ToString(), HasSubstr("expired"));
}

}  // namespace
}  // namespace leaktrip

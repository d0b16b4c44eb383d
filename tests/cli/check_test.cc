#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "tests/cli/run_command.h"
#include "tests/support/temp_dir.h"

namespace leaktrip {
namespace {

using testing::HasSubstr;

class CheckTest : public testing::Test {
 protected:
  void Write(const std::string& name, const std::string& text) {
    std::filesystem::create_directories(std::filesystem::path(dir_.File(name)).parent_path());
    std::ofstream(dir_.File(name)) << text;
  }

  test::TempDir dir_;
};

constexpr auto kConfig = R"(
kafka:
  brokers: [localhost:9092]
  topics: [{name: web, logs: true}]
)";

TEST_F(CheckTest, RightConfigurationPasses) {
  Write("leaktrip.yaml", kConfig);
  const auto outcome = test::RunCommand({"check", "--config", dir_.File("leaktrip.yaml")});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("all examples hold"));
}

TEST_F(CheckTest, WrongConfigurationIs78WithItsPlace) {
  Write("leaktrip.yaml", std::string(kConfig) + "workrs: 2\nwebhooks: [{name: a, url: ftp://x}]\n");
  const auto outcome = test::RunCommand({"check", "--config", dir_.File("leaktrip.yaml")});
  EXPECT_EQ(outcome.code, 78);
  EXPECT_THAT(outcome.err, HasSubstr("leaktrip.yaml:5:1: unknown key `workrs`"));
  EXPECT_THAT(outcome.err, HasSubstr("`url` has scheme `ftp`"));
}

TEST_F(CheckTest, KafkaSettingsAreCheckedWithTheirPlace) {
  Write("leaktrip.yaml", std::string(kConfig) +
                             "  librdkafka:\n    no.such.property: 1\n"
                             "    fetch.wait.max.ms: soon\n");
  const auto outcome = test::RunCommand({"check", "--config", dir_.File("leaktrip.yaml")});
  EXPECT_EQ(outcome.code, 78);
  EXPECT_THAT(outcome.err, HasSubstr("leaktrip.yaml:6:5: "));
  EXPECT_THAT(outcome.err, HasSubstr("leaktrip.yaml:7:5: "));
}

TEST_F(CheckTest, BrokenYamlIs78) {
  Write("leaktrip.yaml", "kafka: [\n");
  EXPECT_EQ(test::RunCommand({"check", "--config", dir_.File("leaktrip.yaml")}).code, 78);
}

TEST_F(CheckTest, MissingSecretIs78UnlessTheEnvironmentIsLeftOut) {
  Write("leaktrip.yaml",
        std::string(kConfig) +
            "webhooks: [{name: soc, url: 'https://soc.example/', secret_file: s}]\n");
  const auto outcome = test::RunCommand({"check", "--config", dir_.File("leaktrip.yaml")});
  EXPECT_EQ(outcome.code, 78);
  EXPECT_THAT(outcome.err, HasSubstr("secret file is not there"));
  EXPECT_EQ(
      test::RunCommand({"check", "--no-environment", "--config", dir_.File("leaktrip.yaml")}).code,
      0);
}

TEST_F(CheckTest, WrongRegexAndFailingExampleAreBothReported) {
  Write("rules/tokens/acme.yaml", R"(
rules:
  - id: acme-brace
    name: Acme
    description: Opens Acme.
    kind: api-key
    pattern: 'acme_[a-z0-9]{16'
    severity: high
    confidence: high
    examples:
      positive: [acme_k3v9x2m7q1w8z5t4, 'k=acme_k3v9x2m7q1w8z5t4']
      negative: [x]
  - id: acme-example
    name: Acme
    description: Opens Acme.
    kind: api-key
    pattern: 'acmx_[a-z0-9]{16}'
    severity: high
    confidence: high
    examples:
      positive: [acme_k3v9x2m7q1w8z5t4, 'k=acmx_k3v9x2m7q1w8z5t4']
      negative: [x]
)");
  const auto outcome = test::RunCommand({"check", "--rules", dir_.File("rules")});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("acme.yaml:7:"));
  EXPECT_THAT(outcome.err, HasSubstr("acme.yaml:21:"));
}

TEST_F(CheckTest, RulesTestSaysTheSame) {
  EXPECT_EQ(test::RunCommand({"rules", "test"}).code, 0);
  Write("rules/tokens/bad.yaml", "rules: 7\n");
  EXPECT_EQ(test::RunCommand({"rules", "test", "--rules", dir_.File("rules")}).code, 1);
}

TEST(Explain, KeepsAndDropsAreSaidWithoutTheSecret) {
  const std::string token = "ghp_" + std::string("0123456789abcdefghijABCDEFGHIJ012345");
  const auto outcome = test::RunCommand({"explain"}, "GET /?t=" + token + " HTTP/1.1\n");
  EXPECT_THAT(outcome.out, HasSubstr("github-pat"));
  EXPECT_THAT(outcome.out, testing::Not(HasSubstr(token)));
}

}  // namespace
}  // namespace leaktrip

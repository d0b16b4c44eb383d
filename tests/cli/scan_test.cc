#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "daemon/cli/scan_paths.h"
#include "tests/cli/run_command.h"
#include "tests/support/temp_dir.h"

namespace leaktrip {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

// Not a live token: its check digits are those of no issuer.
const std::string kKey = "acme_k3v9x2m7q1w8z5t4";

class ScanTest : public testing::Test {
 protected:
  void SetUp() override {
    Write("rules/tokens/acme.yaml", R"(
provider: acme
rules:
  - id: acme-key
    name: Acme key
    description: Opens Acme.
    kind: api-key
    pattern: 'acme_[a-z0-9]{16}'
    severity: medium
    confidence: high
    examples:
      positive: [acme_k3v9x2m7q1w8z5t4, 'GET /?k=acme_k3v9x2m7q1w8z5t4 HTTP/1.1']
      negative: [acme_short]
)");
  }

  void Write(const std::string& name, const std::string& text) {
    std::filesystem::create_directories(std::filesystem::path(File(name)).parent_path());
    std::ofstream(File(name)) << text;
  }
  std::string File(const std::string& name) const { return dir_.File(name); }

  test::Outcome Scan(Words words) {
    words.insert(words.begin(), {"scan", "--rules", File("rules")});
    return test::RunCommand(words);
  }

  test::TempDir dir_;
};

TEST_F(ScanTest, JsonHoldsExactlyTheKeysOfTheContract) {
  Write("a.log", "first\nGET /?t=" + kKey + "&x=1\n");
  const auto outcome = Scan({"--format", "jsonl", File("a.log")});
  EXPECT_EQ(outcome.code, 1);
  const auto finding = nlohmann::ordered_json::parse(outcome.out);
  std::vector<std::string> keys;
  for (const auto& item : finding.items()) keys.push_back(item.key());
  EXPECT_EQ(keys, (std::vector<std::string>{"file", "line", "column", "start", "end", "rule",
                                            "provider", "kind", "severity", "confidence",
                                            "fingerprint", "redacted", "decoded"}));
  EXPECT_EQ(finding["line"], 2);
  EXPECT_EQ(finding["column"], 9);
  EXPECT_EQ(finding["start"], 14);
  EXPECT_EQ(finding["end"], 14 + kKey.size());
  EXPECT_EQ(finding["rule"], "acme-key");
  EXPECT_EQ(finding["provider"], "acme");
  EXPECT_EQ(finding["decoded"], json::array());
  EXPECT_THAT(outcome.out, Not(HasSubstr(kKey)));
}

TEST_F(ScanTest, TextShowsTheLineWithoutAnySecret) {
  Write("a.log", "k=" + kKey + " and " + kKey + " too \x1b[2J\n");
  const auto outcome = Scan({File("a.log")});
  EXPECT_THAT(outcome.out, HasSubstr("a.log:1:3: medium acme-key: Acme key"));
  EXPECT_THAT(outcome.out, Not(HasSubstr(kKey)));
  EXPECT_THAT(outcome.out, Not(HasSubstr("\x1b")));
}

TEST_F(ScanTest, LongLineIsCutAroundTheFinding) {
  Write("a.log", std::string(5000, 'x') + " " + kKey + " " + std::string(5000, 'y') + "\n");
  const auto outcome = Scan({File("a.log")});
  EXPECT_LT(outcome.out.size(), 500u);
  EXPECT_THAT(outcome.out, HasSubstr("\u2026x"));
}

TEST_F(ScanTest, SarifIsOneDocumentAlsoWithNothingFound) {
  Write("a b.log", kKey + "\n" + kKey + "x\n" + kKey + "\n");
  auto report = json::parse(Scan({"--format", "sarif", File("a b.log")}).out);
  EXPECT_EQ(report["version"], "2.1.0");
  const auto& run = report["runs"][0];
  ASSERT_EQ(run["results"].size(), 2u);
  const auto& result = run["results"][1];
  EXPECT_EQ(run["tool"]["driver"]["rules"][result["ruleIndex"].get<size_t>()]["id"], "acme-key");
  EXPECT_EQ(result["locations"][0]["physicalLocation"]["region"]["startLine"], 3);
  EXPECT_THAT(result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"],
              HasSubstr("a%20b.log"));
  Write("empty.log", "");
  const auto empty = Scan({"--format", "sarif", File("empty.log")});
  EXPECT_EQ(empty.code, 0);
  EXPECT_TRUE(json::parse(empty.out)["runs"][0]["results"].empty());
}

TEST_F(ScanTest, ResultsAreTheSameForAnyNumberOfJobs) {
  for (int i = 0; i < 40; ++i) {
    std::string text;
    for (int j = 0; j < 40 - i; ++j) text += "line\n" + kKey + "\n";
    Write("logs/" + std::to_string(i) + ".log", text);
  }
  const auto one = Scan({"--format", "jsonl", "--jobs", "1", File("logs")});
  const auto four = Scan({"--format", "jsonl", "--jobs", "4", File("logs")});
  EXPECT_EQ(std::count(one.out.begin(), one.out.end(), '\n'), 40 * 41 / 2);
  EXPECT_EQ(one.out, four.out);
}

TEST_F(ScanTest, UnreadableFileIsNamedAndTheOthersAreScanned) {
  Write("bad.gz", "\x1f\x8b\x08 this is no gzip");
  Write("good.log", kKey + "\n");
  const auto outcome = Scan({"--format", "jsonl", File("bad.gz"), File("gone"), File("good.log")});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("bad.gz"));
  EXPECT_THAT(outcome.err, HasSubstr("gone: is not there"));
  EXPECT_THAT(outcome.out, HasSubstr("good.log"));
}

TEST_F(ScanTest, FailOnDecidesTheExitCode) {
  Write("a.log", kKey + "\n");
  EXPECT_EQ(Scan({"--fail-on", "high", File("a.log")}).code, 0);
  EXPECT_EQ(Scan({"--fail-on", "medium", File("a.log")}).code, 1);
}

TEST_F(ScanTest, WrongRuleStopsTheScanWithItsPlace) {
  Write("rules/tokens/bad.yaml", "rules:\n  - id: bad\n    patern: x\n");
  const auto outcome = Scan({File("rules")});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.err, HasSubstr(File("rules/tokens/bad.yaml") + ":3:5: unknown key `patern`"));
}

TEST_F(ScanTest, FoldersLeaveOutLinksAndPipesAndAreSorted) {
  Write("d/b.log", "");
  Write("d/a/c.log", "");
  std::filesystem::create_symlink(File("rules"), File("d/link"));
  ASSERT_EQ(mkfifo(File("d/pipe").c_str(), 0600), 0);
  Errors errors;
  std::vector<std::string> paths;
  for (const auto& path : ListScanPaths({File("d")}, &errors)) paths.push_back(path.path);
  EXPECT_EQ(paths, (std::vector<std::string>{File("d/a/c.log"), File("d/b.log")}));
  EXPECT_TRUE(errors.empty());
}

TEST_F(ScanTest, HostileBytesAreScannedWithoutHarm) {
  Write("a.log", std::string("\0\xff\xfe", 3) + std::string(1 << 20, 'A') + "\n" + kKey + "\xc3\n");
  const auto outcome = Scan({"--format", "jsonl", File("a.log")});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_EQ(json::parse(outcome.out)["line"], 2);
}

}  // namespace
}  // namespace leaktrip

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <filesystem>
#include <fstream>
#include <iomanip>
#include <nlohmann/json.hpp>

#include "daemon/cli/scan_paths.h"
#include "detectors/base/fingerprint.h"
#include "tests/cli/own_rules_bed.h"
#include "tests/support/wait.h"

namespace leaktrip {
namespace {

using test::kKey;

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

class ScanTest : public test::OwnRulesBed {
 protected:
  test::Outcome Scan(Words words) {
    words.insert(words.begin(), {"scan", "--rules", File("rules")});
    return test::RunCommand(words);
  }
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

TEST_F(ScanTest, BaselineLeavesOutWhatIsKnownWhereverItStands) {
  Write("a.log", kKey + "\n");
  const auto first = Scan({"--format", "jsonl", File("a.log")});
  ASSERT_EQ(first.code, 1);
  Write("baseline.jsonl", first.out);
  Write("a.log", "moved\n" + kKey + "\nacme_q1w8z5t4k3v9x2m7\n");
  const auto second = Scan({"--baseline", File("baseline.jsonl"), File("a.log")});
  EXPECT_EQ(second.code, 1);
  EXPECT_THAT(second.out, HasSubstr("a.log:3:1:"));
  EXPECT_THAT(second.out, Not(HasSubstr("a.log:2:1:")));
  EXPECT_THAT(second.err, HasSubstr("1 finding in 1 file of 0.0 MB; 1 in the baseline"));

  Write("known", "# accepted\n" + Fingerprint::OfToken(kKey).Hex() + "\n\n" +
                     Fingerprint::OfToken("acme_q1w8z5t4k3v9x2m7").Hex() + "\n");
  EXPECT_EQ(Scan({"--baseline", File("known"), File("a.log")}).code, 0);
}

TEST_F(ScanTest, BaselineThatIsNoneIsAnErrorWithItsLine) {
  Write("a.log", kKey + "\n");
  Write("known", "# right\n{\"file\":\"a.log\"}\n");
  const auto outcome = Scan({"--baseline", File("known"), File("a.log")});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_EQ(outcome.out, "");
  EXPECT_THAT(outcome.err, HasSubstr(File("known") + ":2: holds no fingerprint"));
  EXPECT_EQ(Scan({"--baseline", File("gone"), File("a.log")}).code, 2);
}

std::string Tar(const std::string& name, const std::string& text) {
  std::string header(512, '\0');
  header.replace(0, name.size(), name);
  header.replace(100, 7, "0000644");
  std::ostringstream size;
  size << std::oct << std::setw(11) << std::setfill('0') << text.size();
  header.replace(124, 11, size.str());
  header.replace(136, 11, "00000000000");
  header[156] = '0';
  header.replace(257, 5, "ustar");
  header.replace(263, 2, "00");
  header.replace(148, 8, "        ");
  unsigned sum = 0;
  for (const char c : header) sum += static_cast<unsigned char>(c);
  std::ostringstream octal;
  octal << std::oct << std::setw(6) << std::setfill('0') << sum;
  header.replace(148, 6, octal.str());
  header[154] = '\0';
  return header + text + std::string((512 - text.size() % 512) % 512, '\0');
}

std::string Gzip(const std::string& text) {
  z_stream stream{};
  deflateInit2(&stream, 6, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY);
  std::string packed(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

std::string Zstd(const std::string& text) {
  std::string packed(ZSTD_compressBound(text.size()), '\0');
  packed.resize(ZSTD_compress(packed.data(), packed.size(), text.data(), text.size(), 1));
  return packed;
}

TEST_F(ScanTest, MembersOfArchivesAreScannedByName) {
  const std::string end(1024, '\0');
  const std::string tar = Tar("var/a.log", "one\n" + kKey + "\n") + Tar("b.log", "nothing\n") +
                          Tar("c.log.gz", Gzip("x\nk=" + kKey + "\n")) + end;
  Write("logs.tar", tar);
  Write("logs.tar.gz", Gzip(tar));
  Write("logs.tar.zst", Zstd(tar));
  Write("outer.tar", Tar("inner.tar", tar) + end);
  for (const std::string name : {"logs.tar", "logs.tar.gz", "logs.tar.zst", "outer.tar"}) {
    const auto outcome = Scan({"--format", "jsonl", File(name)});
    EXPECT_EQ(outcome.code, 1) << outcome.err;
    std::istringstream lines(outcome.out);
    std::string first, second;
    std::getline(lines, first);
    std::getline(lines, second);
    const std::string inside = name == "outer.tar" ? name + "!inner.tar" : name;
    EXPECT_EQ(json::parse(first)["file"], File(inside) + "!var/a.log");
    EXPECT_EQ(json::parse(first)["start"], 4);
    EXPECT_EQ(json::parse(second)["file"], File(inside) + "!c.log.gz");
    EXPECT_EQ(json::parse(second)["start"], 4);
  }
}

TEST_F(ScanTest, CutArchiveGivesWhatIsBeforeTheCutAndAnError) {
  const std::string tar = Tar("a.log", kKey + "\n") + Tar("b.log", std::string(5000, 'x'));
  Write("cut.tar", tar.substr(0, 2000));
  const auto outcome = Scan({"--format", "jsonl", File("cut.tar")});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.out, HasSubstr("cut.tar!a.log"));
  EXPECT_THAT(outcome.err, HasSubstr("cut.tar"));
}

TEST_F(ScanTest, GzipMembersAreReadAsOneFile) {
  Write("a.gz", Gzip("one\n") + Gzip(kKey + "\n") + std::string(700, '\0'));
  const auto outcome = Scan({"--format", "jsonl", File("a.gz")});
  EXPECT_EQ(outcome.code, 1) << outcome.err;
  EXPECT_EQ(json::parse(outcome.out)["line"], 2);
}

TEST_F(ScanTest, InterruptEndsWithWhatWasFoundSoFar) {
  int input[2], output[2];
  ASSERT_EQ(pipe(input), 0);
  ASSERT_EQ(pipe(output), 0);
  const std::string rules = File("rules");
  const pid_t child = fork();
  if (child == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    dup2(input[0], STDIN_FILENO);
    dup2(output[1], STDOUT_FILENO);
    close(input[1]);
    close(output[0]);
    execl(LEAKTRIP_BINARY, LEAKTRIP_BINARY, "scan", "--rules", rules.c_str(), "--format", "jsonl",
          "-", nullptr);
    _exit(127);
  }
  close(input[0]);
  close(output[1]);
  // The scan waits for more than it got when the signal comes; once the pipe is empty it has read.
  const std::string text = kKey + "\n";
  ASSERT_EQ(write(input[1], text.data(), text.size()), static_cast<ssize_t>(text.size()));
  EXPECT_TRUE(test::WaitFor([&] {
    int waiting = 0;
    return ioctl(input[1], FIONREAD, &waiting) == 0 && waiting == 0;
  }));
  kill(child, SIGINT);
  std::string found;
  char buffer[4096];
  for (ssize_t n = 0; (n = read(output[0], buffer, sizeof buffer)) > 0;)
    found.append(buffer, static_cast<size_t>(n));
  int status = 0;
  waitpid(child, &status, 0);
  close(input[1]);
  close(output[0]);
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 2);
  EXPECT_EQ(json::parse(found)["rule"], "acme-key");
}

TEST_F(ScanTest, SarifCountsColumnsInCharacters) {
  Write("a.log", "gr\xc3\xbc\xc3\x9f " + kKey + "\n");
  const auto report = json::parse(Scan({"--format", "sarif", File("a.log")}).out);
  EXPECT_EQ(report["runs"][0]["columnKind"], "unicodeCodePoints");
  EXPECT_EQ(
      report["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"]["startColumn"],
      6);
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

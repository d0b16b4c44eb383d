// Help and misuse as people see them, held in snapshots/. LEAKTRIP_UPDATE_GOLDEN=1 writes them
// anew.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "tests/cli/run_command.h"

namespace leaktrip {
namespace {

std::string Read(const std::string& path) {
  std::ifstream stream(path);
  return {std::istreambuf_iterator<char>(stream), {}};
}

std::string Transcript(const Words& words) {
  const auto outcome = test::RunCommand(words);
  std::string text = "$ leaktrip";
  for (const auto& word : words) text += " " + word;
  return text + "\n" + outcome.out + outcome.err + "exit " + std::to_string(outcome.code) + "\n";
}

void ExpectSnapshot(const std::string& name, const std::vector<Words>& commands) {
  std::string text;
  for (const auto& words : commands) text += Transcript(words) + "\n";
  const std::string path = std::string(SNAPSHOT_DIR) + "/" + name + ".txt";
  if (std::getenv("LEAKTRIP_UPDATE_GOLDEN")) std::ofstream(path) << text;
  EXPECT_EQ(text, Read(path));
}

std::vector<Words> EveryHelp() {
  std::vector<Words> commands = {{"--help"}};
  for (const Command& command : Commands())
    commands.push_back({std::string(command.name), "--help"});
  for (const auto* action : {"list", "show", "test", "new", "bench", "backtest", "import"})
    commands.push_back({"rules", action, "--help"});
  return commands;
}

TEST(Snapshot, HelpIsAsExpected) { ExpectSnapshot("help", EveryHelp()); }

TEST(Snapshot, MisuseIsAsExpected) {
  ExpectSnapshot("misuse", {{},
                            {"scna"},
                            {"frobnicate"},
                            {"scan"},
                            {"scan", "--formt", "jsonl", "-"},
                            {"scan", "--form=jsonl", "-"},
                            {"scan", "--format"},
                            {"scan", "--format", "xml", "-"},
                            {"scan", "--jobs", "many", "-"},
                            {"scan", "--jobs", "-1", "-"},
                            {"scan", "--fail-on", "severe", "-"},
                            {"scan", "/nowhere/at/all", "--format", "jsonl"},
                            {"check", "extra"},
                            {"check", "--config", "/nowhere/leaktrip.yaml"},
                            {"explain"},
                            {"replay"},
                            {"replay", "--events", "x", "--format", "csv", "--alerts", "-"},
                            {"formats"},
                            {"formats", "lst"},
                            {"formats", "show", "nginks"},
                            {"formats", "detect"},
                            {"networks"},
                            {"networks", "import", "x"},
                            {"networks", "find", "x"},
                            {"rules"},
                            {"rules", "lst"},
                            {"rules", "show"},
                            {"rules", "bench"},
                            {"rules", "backtest", "x"},
                            {"rules", "backtest", "-", "--rule", "github-pat"},
                            {"rules", "import", "x"},
                            {"rules", "import", "/nowhere/x", "--out", "/nowhere/y"},
                            {"rules", "import", "x", "--out", "y", "--from", "z"},
                            {"rules", "new"},
                            {"rules", "show", "github-pta"},
                            {"rules", "list", "--rules", "/nowhere/rules"},
                            {"run"},
                            {"run", "--config", "/nowhere/leaktrip.yaml", "now"},
                            {"outbox", "lst", "--state", "/nowhere"},
                            {"outbox", "retry", "--state", "/nowhere"},
                            {"outbox", "list", "--only", "lost", "--state", "/nowhere"},
                            {"outbox", "list", "--config", "/nowhere/leaktrip.yaml"},
                            {"revoke", "approve", "one", "--state", "/nowhere"},
                            {"audit", "verify", "everything", "--state", "/nowhere"},
                            {"version", "--verbose"}});
}

TEST(Help, FitsOneScreen) {
  for (const auto& words : EveryHelp()) {
    std::istringstream lines(test::RunCommand(words).out);
    size_t count = 0;
    for (std::string line; std::getline(lines, line); ++count)
      EXPECT_LE(line.size(), 80u) << words[0] << ": " << line;
    EXPECT_GT(count, 0u) << words[0];
    EXPECT_LE(count, 24u) << words[0];
  }
}

TEST(Help, EveryCommandIsNamedInTheOverview) {
  const auto help = test::RunCommand({"--help"}).out;
  for (const Command& command : Commands())
    EXPECT_NE(help.find("  " + std::string(command.name) + " "), std::string::npos) << command.name;
}

TEST(Version, NamesTheProgramFirst) {
  const auto outcome = test::RunCommand({"version"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_EQ(outcome.out.rfind("leaktrip 0.", 0), 0u);
}

}  // namespace
}  // namespace leaktrip

// Golden cases: each folder here holds `input`, perhaps `rules/`, and `expected`: what `leaktrip
// scan --format jsonl` prints. LEAKTRIP_UPDATE_GOLDEN=1 writes `expected` anew; read the difference
// before you commit it.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "tests/cli/run_command.h"

namespace leaktrip {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> Cases() {
  std::vector<fs::path> cases;
  for (const auto& entry : fs::directory_iterator(GOLDEN_DIR))
    if (entry.is_directory()) cases.push_back(entry.path());
  std::sort(cases.begin(), cases.end());
  return cases;
}

class Golden : public testing::TestWithParam<fs::path> {};

TEST_P(Golden, ScanPrintsWhatIsExpected) {
  const fs::path before = fs::current_path();
  fs::current_path(GetParam());  // so that no path of this machine is printed
  Words words = {"scan", "--format", "jsonl"};
  if (fs::exists("rules")) words.insert(words.end(), {"--rules", "rules"});
  words.emplace_back("input");
  const auto outcome = test::RunCommand(words);
  if (std::getenv("LEAKTRIP_UPDATE_GOLDEN")) std::ofstream("expected") << outcome.out;
  std::ifstream expected("expected");
  EXPECT_EQ(outcome.out, std::string(std::istreambuf_iterator<char>(expected), {}));
  EXPECT_EQ(outcome.code, outcome.out.empty() ? 0 : 1) << outcome.err;
  fs::current_path(before);
}

INSTANTIATE_TEST_SUITE_P(Folders, Golden, testing::ValuesIn(Cases()),
                         [](const auto& which) { return which.param.filename().string(); });

}  // namespace
}  // namespace leaktrip

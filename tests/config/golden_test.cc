// Each folder of golden/ is a configuration and every error it must give, in the order of the file.
// LEAKTRIP_UPDATE_GOLDEN=1 writes the expected files anew.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "daemon/config/config.h"

namespace leaktrip {
namespace {

namespace fs = std::filesystem;

std::string Read(const fs::path& path) {
  std::ifstream stream(path);
  return {std::istreambuf_iterator<char>(stream), {}};
}

std::vector<std::string> Cases() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(GOLDEN_DIR))
    names.push_back(entry.path().filename().string());
  return names;
}

class ConfigErrors : public testing::TestWithParam<std::string> {};

TEST_P(ConfigErrors, AreAsExpected) {
  const fs::path dir = fs::path(GOLDEN_DIR) / GetParam();
  Errors errors;
  ParseConfig(Read(dir / "input.yaml"), "input.yaml", &errors);
  std::string text;
  for (const auto& error : errors) text += error.ToString() + "\n";
  if (std::getenv("LEAKTRIP_UPDATE_GOLDEN")) std::ofstream(dir / "expected.txt") << text;
  EXPECT_EQ(text, Read(dir / "expected.txt"));
}

INSTANTIATE_TEST_SUITE_P(Golden, ConfigErrors, testing::ValuesIn(Cases()),
                         [](const auto& golden) { return golden.param; });

}  // namespace
}  // namespace leaktrip

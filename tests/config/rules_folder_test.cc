#include "daemon/config/rules_folder.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace leaktrip {
namespace {

namespace fs = std::filesystem;

TEST(RulesFolder, ReadsYamlFilesBelowItByRelativePath) {
  std::string pattern = testing::TempDir() + "leaktrip-rules-XXXXXX";
  const fs::path dir = mkdtemp(pattern.data());
  fs::create_directories(dir / "tokens");
  std::ofstream(dir / "tokens/acme.yaml") << "rules: []\n";
  std::ofstream(dir / "README.md") << "not a rule\n";
  const auto files = ReadRulesFolder(dir.string());
  fs::remove_all(dir);
  ASSERT_TRUE(files);
  EXPECT_EQ(*files, (FileTexts{{"tokens/acme.yaml", "rules: []\n"}}));
}

TEST(RulesFolder, MissingFolderIsAnErrorWithItsName) {
  const auto files = ReadRulesFolder("/nowhere/rules");
  ASSERT_FALSE(files);
  EXPECT_EQ(files.error().place.file, "/nowhere/rules");
}

TEST(RulesFolder, BelowKeepsOnePart) {
  EXPECT_EQ(Below({{"access/a", "1"}, {"tokens/b", "2"}, {"tokensmith", "3"}}, "tokens/"),
            (FileTexts{{"tokens/b", "2"}}));
}

}  // namespace
}  // namespace leaktrip

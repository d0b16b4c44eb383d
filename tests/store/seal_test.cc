#include "daemon/store/seal.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "tests/support/temp_dir.h"

namespace leaktrip {
namespace {

const std::string kKey(32, 'k');

TEST(Seal, RoundTripsWithTheSameKeyAndContext) {
  const Secret secret("the token");
  const std::string sealed = *Seal(kKey, "row", secret);
  EXPECT_EQ(Unseal(kKey, "row", sealed)->Reveal(), "the token");
  EXPECT_NE(*Seal(kKey, "row", secret), sealed);  // a fresh nonce each time
}

TEST(Seal, AnyChangeIsRefused) {
  const std::string sealed = *Seal(kKey, "row", Secret("the token"));
  EXPECT_FALSE(Unseal(kKey, "other row", sealed));
  EXPECT_FALSE(Unseal(std::string(32, 'x'), "row", sealed));
  EXPECT_FALSE(Unseal(kKey, "row", sealed.substr(0, 20)));
  for (size_t i = 0; i < sealed.size(); ++i) {
    std::string changed = sealed;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_FALSE(Unseal(kKey, "row", changed)) << i;
  }
}

TEST(SealKey, IsMadeOnceAndOwnerOnly) {
  const test::TempDir dir;
  Config config;
  config.state_dir = dir.File("state");
  const auto first = LoadSealKey(config);
  ASSERT_TRUE(first) << first.error().ToString();
  EXPECT_EQ(first->size(), 32u);
  EXPECT_EQ(*LoadSealKey(config), *first);
  struct stat info{};
  ASSERT_EQ(stat(dir.File("state/revocation.key").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
}

TEST(SealKey, NamedFileIsReadAndNeverMade) {
  const test::TempDir dir;
  Config config;
  config.file = dir.File("leaktrip.yaml");
  config.state_dir = dir.path();
  config.revocation.key_file = "key";
  EXPECT_FALSE(LoadSealKey(config));
  std::ofstream(dir.File("key")) << std::string(64, '6') << "\n";
  EXPECT_EQ(*LoadSealKey(config), std::string(32, 'f'));
}

}  // namespace
}  // namespace leaktrip

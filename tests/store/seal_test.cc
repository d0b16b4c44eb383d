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
  const auto first = LoadSealKey("", dir.File("state"));
  ASSERT_TRUE(first) << first.error().ToString();
  EXPECT_EQ(first->size(), 32u);
  EXPECT_EQ(LoadSealKey("", dir.File("state")), *first);
  struct stat info{};
  ASSERT_EQ(stat(dir.File("state/revocation.key").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
}

TEST(SealKey, HexAndBase64FilesAreReadAndOthersRefused) {
  const test::TempDir dir;
  auto load = [&dir](const std::string& text) {
    std::ofstream(dir.File("key")) << text;
    return LoadSealKey(dir.File("key"), dir.path());
  };
  EXPECT_EQ(*load(std::string(64, '6') + "\n"), std::string(32, 'f'));
  EXPECT_EQ(*load("a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s="), kKey);
  const auto bad = load("hunter2");
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().message.find("hunter2"), std::string::npos);
  EXPECT_EQ(LoadSealKey(dir.File("none"), dir.path()).error().code, Code::kIo);
}

}  // namespace
}  // namespace leaktrip

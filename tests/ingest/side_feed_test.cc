#include "daemon/ingest/side_feed.h"

#include <gtest/gtest.h>

#include <fstream>

#include "tests/support/temp_dir.h"

namespace leaktrip {
namespace {

const std::string kToken(64, 'a');

class SideFeedTest : public testing::Test {
 protected:
  std::string Write(const std::string& text) {
    std::ofstream(dir_.File("feed")) << text;
    return dir_.File("feed");
  }
  // What is said of a feed with this line in its second place.
  std::string Complaint(const std::string& line) {
    const auto facts = ReadLeaks(Write("\n" + line + "\n"));
    return facts ? "" : facts.error().ToString();
  }

  test::TempDir dir_;
};

TEST_F(SideFeedTest, LeaksComeSortedByTime) {
  const auto leaks = ReadLeaks(Write(
      R"({"ts":"2026-02-01T00:00:02Z","token_sha256":")" + kToken + R"(","source":"b"})" + "\n" +
      R"({"ts":"2026-02-01T00:00:01Z","token_sha256":")" + kToken + R"(","source":"a"})"));
  ASSERT_TRUE(leaks) << leaks.error().ToString();
  ASSERT_EQ(leaks->size(), 2u);
  EXPECT_EQ((*leaks)[0].fact.source, "a");
  EXPECT_EQ((*leaks)[1].fact.source, "b");
  EXPECT_EQ((*leaks)[0].token.Hex(), kToken);
}

TEST_F(SideFeedTest, RevocationsKeepUserAndReason) {
  const auto revoked = ReadRevocations(Write(R"({"ts":"2026-02-01T00:00:01Z","token_sha256":")" +
                                             kToken + R"(","user":"ann","reason":"rotation"})"));
  ASSERT_TRUE(revoked);
  ASSERT_EQ(revoked->size(), 1u);
  EXPECT_EQ((*revoked)[0].fact.user, "ann");
  EXPECT_EQ((*revoked)[0].fact.reason, "rotation");
}

TEST_F(SideFeedTest, BadLinesAreErrorsWithTheirPlace) {
  EXPECT_NE(Complaint("nonsense").find("feed:2:1: is not a JSON object"), std::string::npos)
      << Complaint("nonsense");
  EXPECT_NE(Complaint(R"({"ts":"2026-02-01T00:00:01Z"})").find("`token_sha256`"),
            std::string::npos);
  EXPECT_NE(Complaint(R"({"ts":"soon","token_sha256":")" + kToken + "\"}").find("`ts`"),
            std::string::npos);
}

}  // namespace
}  // namespace leaktrip

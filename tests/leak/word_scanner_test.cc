#include "detectors/leak/word_scanner.h"

#include <gmock/gmock.h>

namespace leaktrip {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class WordScannerTest : public testing::Test {
 protected:
  WordScannerTest() {
    for (const char* word : {"box", "acme", "acmecloud", "figma_token"}) scanner_.Add(word, true);
    scanner_.Add("ghp_", false);
    scanner_.Finish();
  }

  std::vector<std::string> Find(std::string_view text, std::span<const uint32_t> ends = {}) const {
    const std::vector<uint64_t> all(text.size() / 4096 + 1, ~uint64_t{0});
    return FindIn(text, all, ends);
  }
  std::vector<std::string> FindIn(std::string_view text, std::span<const uint64_t> blocks,
                                  std::span<const uint32_t> ends) const {
    std::vector<uint32_t> scratch;
    std::vector<WordHit> hits;
    scanner_.Scan(text, blocks, ends, &scratch, &hits);
    std::vector<std::string> found;
    for (const auto& hit : hits)
      found.push_back(scanner_.text(hit.word) + "@" + std::to_string(hit.begin));
    return found;
  }

  WordScanner scanner_;
};

TEST_F(WordScannerTest, AreFoundWhereAWordBegins) {
  EXPECT_THAT(Find("box Acme_key"), ElementsAre("box@0", "acme@4"));
  EXPECT_THAT(Find("mybox dropbox"), IsEmpty());
}

TEST_F(WordScannerTest, BeginAtAHumpAfterADigitAndAfterAnEscape) {
  EXPECT_THAT(Find("myBox"), ElementsAre("box@2"));
  EXPECT_THAT(Find("HTTPBox"), ElementsAre("box@4"));
  EXPECT_THAT(Find("1acme"), ElementsAre("acme@1"));
  EXPECT_THAT(Find("\\nacme %3Dghp_ \\u003dbox"), ElementsAre("acme@2", "ghp_@10", "box@21"));
}

TEST_F(WordScannerTest, OfOneBeginningAreAllFound) {
  EXPECT_THAT(Find("acmecloud"), testing::UnorderedElementsAre("acme@0", "acmecloud@0"));
}

TEST_F(WordScannerTest, CaseCountsWhereItIsTold) {
  EXPECT_THAT(Find("GHP_ ghp_ FIGMA_Token"), ElementsAre("ghp_@5", "figma_token@10"));
}

TEST_F(WordScannerTest, AreFoundAcrossTheEdgesOfBlocks) {
  for (size_t at = 1; at < 140; ++at) {
    const std::string text = std::string(at, '.') + "acmecloud.";
    EXPECT_EQ(Find(text).size(), 2u) << at;
    const std::string hump = std::string(at, 'x') + "Box.";
    EXPECT_EQ(Find(hump), std::vector{"box@" + std::to_string(at)});
    const std::string escaped = std::string(at, ' ') + "\\u003dbox";
    EXPECT_EQ(Find(escaped), std::vector{"box@" + std::to_string(at + 6)});
  }
}

TEST_F(WordScannerTest, MayBeginARecordInTheMiddleOfAnother) {
  const std::vector<uint32_t> ends = {3, 9};
  EXPECT_THAT(Find("mybbox", {}), IsEmpty());
  EXPECT_THAT(Find("mybbox...", ends), ElementsAre("box@3"));
}

TEST_F(WordScannerTest, InBlocksThatAreNotMarkedAreLeftOut) {
  const std::string text = "acme" + std::string(100, ' ') + "acme" + std::string(100, ' ') + "acme";
  const std::vector<uint64_t> blocks = {0b1010};
  EXPECT_THAT(FindIn(text, blocks, {}), ElementsAre("acme@104", "acme@208"));
}

}  // namespace
}  // namespace leaktrip

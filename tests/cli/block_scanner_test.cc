#include "daemon/cli/block_scanner.h"

#include <gtest/gtest.h>

#include <cstring>
#include <map>

#include "detectors/leak/rule_loader.h"

namespace leaktrip {
namespace {

constexpr auto kRules = R"(
rules:
  - id: acme-key
    name: Acme key
    description: Opens Acme.
    kind: api-key
    pattern: 'acme_[a-z0-9]{16}'
    severity: high
    confidence: high
    examples:
      positive: [acme_k3v9x2m7q1w8z5t4, 'GET /?k=acme_k3v9x2m7q1w8z5t4 HTTP/1.1']
      negative: [acme_short]
  - id: block
    name: Block
    description: Spans lines.
    kind: private-key
    pattern: '-----BEGIN BLOCK-----[A-Za-z0-9\n]+-----END BLOCK-----'
    multiline: true
    severity: critical
    confidence: high
    examples:
      positive: ["-----BEGIN BLOCK-----\nabc\n-----END BLOCK-----", "x -----BEGIN BLOCK-----\nabc\n-----END BLOCK----- y"]
      negative: [BEGIN BLOCK]
)";

// Gives the text out in pieces of any size.
class TextReader : public ByteReader {
 public:
  TextReader(std::string_view text, size_t piece) : text_(text), piece_(piece) {}
  Result<size_t> Read(char* buffer, size_t size) override {
    const size_t got = std::min({size, piece_, text_.size() - at_});
    std::memcpy(buffer, text_.data() + at_, got);
    at_ += got;
    return got;
  }

 private:
  std::string_view text_;
  size_t piece_;
  size_t at_ = 0;
};

class BlockScannerTest : public testing::Test {
 protected:
  void SetUp() override {
    Errors errors;
    const auto rules =
        CompileRules(LoadRules({{"tokens/acme.yaml", kRules}}, {}, &errors), "key", &errors);
    ASSERT_TRUE(errors.empty()) << errors[0].ToString();
    engine_ = MakeEngine(rules);
  }

  // "rule line:column start-end" of each finding.
  std::vector<std::string> Scan(std::string_view text, size_t piece = 60'000) {
    TextReader reader(text, piece);
    BlockScanner scanner(engine_.get(), 8 * BlockScanner::kOverlap);
    std::vector<std::string> found;
    const std::atomic<bool> stop = false;
    const auto scanned = scanner.Scan(&reader, 0, stop, [&](const PlacedFinding& placed) {
      found.push_back(placed.finding.rule->id + " " + std::to_string(placed.line) + ":" +
                      std::to_string(placed.column) + " " + std::to_string(placed.start) + "-" +
                      std::to_string(placed.end));
      EXPECT_EQ(
          placed.block.substr(placed.finding.start, placed.finding.end - placed.finding.start),
          text.substr(placed.start, placed.end - placed.start));
    });
    EXPECT_TRUE(scanned);
    return found;
  }

  // What the same text gives when it is scanned in one go.
  size_t CountWhole(std::string_view text) {
    std::vector<Finding> findings;
    engine_->Scan({.bytes = text, .record_ends = {}}, 0, &findings);
    return findings.size();
  }

  std::unique_ptr<Engine> engine_;
};

TEST_F(BlockScannerTest, PlacesCountFromTheStartOfTheStream) {
  std::string text;
  while (text.size() < 1'000'000) text += "a line of a log that holds nothing at all\n";
  const size_t line = static_cast<size_t>(std::count(text.begin(), text.end(), '\n')) + 1;
  const size_t start = text.size() + 3;
  text += "k: acme_k3v9x2m7q1w8z5t4 end\nmore\n";
  EXPECT_EQ(Scan(text),
            std::vector<std::string>{"acme-key " + std::to_string(line) + ":4 " +
                                     std::to_string(start) + "-" + std::to_string(start + 21)});
}

TEST_F(BlockScannerTest, EveryKeyIsFoundOnceWhereverTheBlocksAreCut) {
  std::string text;
  for (int i = 0; text.size() < 700'000; ++i)
    text += std::string(static_cast<size_t>(i * 37 % 400), '.') + " acme_k3v9x2m7q1w8z5t4\n";
  const auto found = Scan(text);
  EXPECT_GT(found.size(), 100u);
  EXPECT_EQ(found.size(), CountWhole(text));
  EXPECT_EQ(Scan(text, 1013), found);
}

TEST_F(BlockScannerTest, MultiLineFindingOverTheEdgeOfABlockIsOne) {
  std::string body;
  while (body.size() < 15'000) body += "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQ\n";
  const std::string key = "-----BEGIN BLOCK-----\n" + body + "-----END BLOCK-----\n";
  // The block is slid over every part of the first edges.
  for (size_t before = 100'000; before < 200'000; before += 3'001) {
    std::string text;
    while (text.size() < before) text += "filler line\n";
    const size_t start = text.size();
    text += key;
    while (text.size() < 400'000) text += "filler line\n";
    const auto found = Scan(text);
    ASSERT_EQ(found.size(), 1u) << before;
    EXPECT_EQ(found[0].substr(found[0].rfind(' ') + 1),
              std::to_string(start) + "-" + std::to_string(start + key.size() - 1));
  }
}

TEST_F(BlockScannerTest, KeysInALineLongerThanABlockAreFoundOnce) {
  std::string text = "first\n";
  for (int i = 0; text.size() < 900'000; ++i)
    text += std::string(static_cast<size_t>(100 + i * 41 % 3000), '.') + " acme_k3v9x2m7q1w8z5t4";
  const auto found = Scan(text);
  EXPECT_GT(found.size(), 100u);
  EXPECT_EQ(found.size(), CountWhole(text));
  const size_t last = text.rfind("acme_");
  EXPECT_EQ(found.back(), "acme-key 2:" + std::to_string(last - 5) + " " + std::to_string(last) +
                              "-" + std::to_string(text.size()));
}

TEST_F(BlockScannerTest, EmptyStreamHasNoFindings) { EXPECT_TRUE(Scan("").empty()); }

}  // namespace
}  // namespace leaktrip

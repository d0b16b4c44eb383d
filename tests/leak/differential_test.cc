// The fast engine must find what the oracle finds, on generated text made to be hard: pieces of
// tokens, separators, encodings and line ends in random order.
#include <gtest/gtest.h>

#include <random>

#include "detectors/base/encoding.h"
#include "tests/leak/rules_for_tests.h"

namespace leaktrip {
namespace {

using test::Compile;
using test::Scan;
using test::SomeRules;
using test::Spans;

class Generator {
 public:
  explicit Generator(unsigned seed) : random_(seed) {}

  std::string Text() {
    std::string text;
    for (size_t i = Below(40); i > 0; --i) text += Piece();
    if (Below(4) == 0) text = Base64Encode(text);
    return text;
  }
  std::vector<uint32_t> Ends(size_t size) {
    std::vector<uint32_t> ends;
    if (size == 0 || Below(2) == 0) return ends;
    for (uint32_t at = 0; at < size;)
      ends.push_back(at = std::min<uint32_t>(static_cast<uint32_t>(size),
                                             at + 1 + static_cast<uint32_t>(Below(120))));
    return ends;
  }

 private:
  size_t Below(size_t n) { return random_() % n; }
  std::string Run(std::string_view alphabet, size_t size) {
    std::string run;
    while (size-- > 0) run += alphabet[Below(alphabet.size())];
    return run;
  }
  std::string Piece() {
    static constexpr std::string_view alnum =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    static constexpr std::array<std::string_view, 27> fixed = {"ghp_",
                                                               "gho_",
                                                               "AKIA",
                                                               "ASIA",
                                                               "SK",
                                                               "tok_",
                                                               "?access_token=",
                                                               "&apikey=",
                                                               "&api_key=",
                                                               "password=",
                                                               "PASSWORD=",
                                                               "\n",
                                                               " ",
                                                               "&",
                                                               "%3D",
                                                               "%253D",
                                                               "\\u0026",
                                                               "\\/",
                                                               "\\n",
                                                               "\"",
                                                               ".",
                                                               "-----BEGIN PRIVATE KEY-----",
                                                               "-----END PRIVATE KEY-----",
                                                               "/",
                                                               "acme_token=",
                                                               "AcmeCloud ",
                                                               "/acme/"};
    switch (Below(6)) {
      case 0:
        return Run(alnum, 36);
      case 1:
        return Run("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16);
      case 2:
        return Run("0123456789abcdef", 32);
      case 3:
        return Run(alnum, 1 + Below(60));
      default:
        return std::string(fixed[Below(fixed.size())]);
    }
  }

  std::mt19937 random_;
};

TEST(Differential, FastEngineFindsWhatTheOracleFinds) {
  const auto rules = Compile(SomeRules());
  const auto fast = MakeEngine(rules);
  const auto oracle = MakeOracle(rules);
  size_t findings = 0;
  for (unsigned seed = 0; seed < 4000; ++seed) {
    Generator generator(seed);
    const std::string text = generator.Text();
    const auto ends = generator.Ends(text.size());
    const auto expected = Spans(Scan(oracle.get(), text, ends));
    findings += expected.size();
    ASSERT_EQ(Spans(Scan(fast.get(), text, ends)), expected) << "seed " << seed << "\n" << text;
  }
  EXPECT_GT(findings, 1000u);  // the generator must make tokens, or this proves nothing
}

}  // namespace
}  // namespace leaktrip

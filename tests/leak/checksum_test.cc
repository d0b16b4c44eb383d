// Vectors computed for this test by each algorithm's description, and one flipped character each.
#include "detectors/leak/checksum.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace leaktrip {
namespace {

struct Vector {
  const char* name;
  const char* token;
};

class Checksum : public testing::TestWithParam<Vector> {};

TEST_P(Checksum, HoldsAndBreaksWithOneCharacter) {
  const auto check = FindChecksum(GetParam().name);
  ASSERT_NE(check, nullptr);
  std::string token = GetParam().token;
  EXPECT_EQ(check(token), std::optional(true));
  // Every algorithm but one ends in its check digits; a fine-grained token has eight free
  // characters after them.
  char& digit = token.starts_with("github_pat_") ? token[80] : token.back();
  digit = digit == 'A' ? 'B' : 'A';
  EXPECT_EQ(check(token), std::optional(false));
}

TEST(Checksum, PrefixOfGitHubAndOneDigitLengthOfGitLabAreNotCovered) {
  EXPECT_EQ(FindChecksum("github")("mine_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"), true);
  EXPECT_EQ(FindChecksum("gitlab-routable")("glpat-q8Wz7Tv.01.70bo8z5x"), true);
}

TEST(ChecksumNames, EachHasItsFunctionAndForeignTokensAreNotJudged) {
  for (const auto name : ChecksumNames()) {
    ASSERT_NE(FindChecksum(name), nullptr) << name;
    for (const auto* foreign : {"", "x", "hello-world", "0123456789012345678901234567890123456789"})
      EXPECT_EQ(FindChecksum(name)(foreign), std::nullopt) << name << " " << foreign;
  }
  EXPECT_EQ(FindChecksum("crc-of-nobody"), nullptr);
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, Checksum,
    testing::Values(
        Vector{"github", "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"},
        Vector{"github",
               "ghr_Eeeby3abP3E2Zs8IQ9Y7aJZqhB6baeCN6Zj4a3dDVhYRnKTbxTNJFoBinF5aJXVuLkSIc42gYJJw"},
        Vector{"npm", "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"},
        Vector{"github-fine-grained",
               "github_pat_5HU43JSIOM1TMA7V3DI8FP_"
               "PwtV5ASPZHu8qRtZHjQMhuOzE95B9EgE0VrbBGI09QYBR7U6UDENdaKy8is"},
        Vector{"gitlab-routable", "glpat-Wydfhl3TvtnythpZPPPP6UeP3C4DSA.01.0u0epp05l"},
        Vector{"atlassian",
               "ATATT3xFfGF0Eh6D0JCk39QmJWikyFE-xzzdAIDhXzK2QkI3cBXkLjSgSOUpTP_"
               "j33ZyXOivikASDTyPhQz0ziAFnPzMtgBoxpAKLG3JxIyiJG21DHtOR3WRbUfXrG7jwrGJ2uN0JMIyF7fzD7"
               "VOZ5Cv38ufPZvzVXPvHrFoue9Us9RcFJkIWHx=7DC9A1A8"},
        Vector{"cloudflare", "cfut_Ely6PuVAgrEAjRWPLQCMK5kN1LZTSj1OLXdIWz47672f1f21"},
        Vector{"vercel", "vcp_woEu65GH2vnBHm8qRswhqyGP9YwWaViK5H3piBRv4Hy1e5pG5c0Wx7Bm"},
        Vector{"canva", "cnvcasE4Gt7T0LZQxwHd82XjFy7AG3BCxJeJXmDISWhBHMp1dd39775f"},
        Vector{"apify", "apify_api_G201kWZCWUFxS6gqfRgVYruPWJiDEL4wxhET"},
        Vector{"zuplo", "zpka_64cb14028d512c9791e558e08baa7196_7353c7b5"},
        Vector{"grafana", "glsa_MB0LO5UHWfCFWn05Gq59Pb2P1JJeE5bz_f2141e30"},
        Vector{"confluent", "cfltXsm9gvjoucOmKkV9Ikdf92qrjvWeRkipW8wXmWarqp1qhbpvjhzifEKlQjgg"}));

}  // namespace
}  // namespace leaktrip

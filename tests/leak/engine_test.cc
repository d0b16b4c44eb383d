#include "detectors/leak/engine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "detectors/base/encoding.h"
#include "tests/leak/rules_for_tests.h"

namespace leaktrip {
namespace {

using test::Compile;
using test::Scan;
using test::SomeRules;
using test::Spans;
using testing::ElementsAre;
using testing::IsEmpty;

const std::string kToken = "ghp_k3JvQ9xZ2mWc7RtY5uBn8LpA4sDf6GhE1qTo";

class BothEngines : public testing::TestWithParam<bool> {
 protected:
  std::vector<std::string> Found(std::string_view text, std::vector<uint32_t> ends = {}) {
    return Spans(Scan(engine_.get(), text, std::move(ends)));
  }
  std::shared_ptr<const RuleSet> rules_ = Compile(SomeRules());
  std::unique_ptr<Engine> engine_ = GetParam() ? MakeEngine(rules_) : MakeOracle(rules_);
};
INSTANTIATE_TEST_SUITE_P(Engines, BothEngines, testing::Bool(),
                         [](const auto& which) { return which.param ? "Fast" : "Oracle"; });

TEST_P(BothEngines, TokenInTheMiddleOfAUrlEndsAtTheAmpersand) {
  EXPECT_THAT(Found("GET /a?t=" + kToken + "&x=1 HTTP/1.1"), ElementsAre("github:9-49"));
}

TEST_P(BothEngines, LongerWordIsNoToken) {
  EXPECT_THAT(Found("x" + kToken + " " + kToken + "Z"), IsEmpty());
}

TEST_P(BothEngines, EscapesBeforeATokenAreNoPartOfIt) {
  EXPECT_THAT(Found("a\\n" + kToken), ElementsAre("github:3-43"));
  EXPECT_THAT(Found("a%3D" + kToken), ElementsAre("github:4-44"));
  EXPECT_THAT(Found("a\\u003d" + kToken), ElementsAre("github:7-47"));
}

TEST_P(BothEngines, LineIsTheRecordWhenNoneAreGiven) {
  EXPECT_THAT(Found(kToken.substr(0, 20) + "\n" + kToken.substr(20)), IsEmpty());
}

TEST_P(BothEngines, NoMatchCrossesARecord) {
  EXPECT_THAT(Found(kToken, {20, 40}), IsEmpty());
  EXPECT_THAT(Found(kToken + kToken, {40, 80}), ElementsAre("github:0-40", "github:40-80"));
}

TEST_P(BothEngines, RecordIndexIsThatOfTheBlock) {
  const auto findings = Scan(engine_.get(), "aaaa" + kToken, {4, 44});
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].record, 1u);
}

TEST_P(BothEngines, MultilineRuleSpansLinesOfAFile) {
  const std::string pem =
      "-----BEGIN PRIVATE "
      "KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\nBKcwggSjAgEAAoIBAQC7\n-----END PRIVATE KEY-----";
  EXPECT_THAT(Found("x\n" + pem + "\ny"), ElementsAre("pem:2-" + std::to_string(2 + pem.size())));
}

TEST_P(BothEngines, SpecificRuleWinsOverTheGenericOne) {
  EXPECT_THAT(Found("/?access_token=" + kToken), ElementsAre("github:15-55"));
}

TEST_P(BothEngines, RuleWithoutALiteralIsFound) {
  EXPECT_THAT(Found("id SK7f3a91c04be28d56a0f1937bc2e85d64 x"), ElementsAre("sid:3-37"));
}

TEST_P(BothEngines, PercentEncodedSecretHasTheSpanAsWritten) {
  const auto findings =
      Scan(engine_.get(), "u=https%3A%2F%2Fh%2F%3Faccess_token%3Dq8Wz%2D7Tv%5F2Lk9 x");
  ASSERT_THAT(Spans(findings), ElementsAre("param:38-55"));
  EXPECT_EQ(findings[0].secret.Reveal(), "q8Wz-7Tv_2Lk9");
  EXPECT_THAT(findings[0].decoded, ElementsAre(DecodeStep::kPercent));
}

TEST_P(BothEngines, DoublyEncodedRedirectIsDecodedTwice) {
  const auto findings = Scan(engine_.get(), "next=%252F%253Faccess_token%253Dq8Wz7Tv2Lk9Pd");
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].secret.Reveal(), "q8Wz7Tv2Lk9Pd");
  EXPECT_EQ(findings[0].end, 45u);
}

TEST_P(BothEngines, Base64OfTextIsLookedInto) {
  const std::string blob = Base64Encode("{\"t\":\"" + kToken + "\"}");
  const auto findings = Scan(engine_.get(), "data=" + blob);
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].secret.Reveal(), kToken);
  EXPECT_EQ(findings[0].start, 5 + 6 * 8 / 6u);
  EXPECT_THAT(findings[0].decoded, ElementsAre(DecodeStep::kBase64));
  const auto twice = Scan(engine_.get(), Base64Encode("inner: " + blob));
  ASSERT_EQ(twice.size(), 1u);
  EXPECT_EQ(twice[0].secret.Reveal(), kToken);
}

TEST_P(BothEngines, JsonEscapesAreUndone) {
  const auto findings =
      Scan(engine_.get(), R"({"u":"\/x\u003faccess_token\u003dq8Wz7Tv2\u002dLk9Pd"})");
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].secret.Reveal(), "q8Wz7Tv2-Lk9Pd");
}

TEST_P(BothEngines, GuessableSecretShowsNothingAndHasAKeyedName) {
  const auto findings = Scan(engine_.get(), "password=Tr0ub4dor+3x");
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].redacted, "\u2026");
  EXPECT_EQ(findings[0].fingerprint, Fingerprint::OfGuessable("key", "Tr0ub4dor+3x"));
}

TEST_P(BothEngines, PlaceholdersAreDropped) {
  for (const auto* value :
       {"changeme", "${PASSWORD}", "********", "<password>", "xxxxxxxxxx", "[REDACTED]", "null"})
    EXPECT_THAT(Found(std::string("password=") + value), IsEmpty()) << value;
}

TEST_P(BothEngines, OpenPatternStopsAtItsWidth) {
  const auto findings = Scan(engine_.get(), "tok_" + std::string(2000, 'a') + "1b2c3d4e");
  EXPECT_THAT(Spans(findings), IsEmpty());  // a run of equal characters
}

TEST_P(BothEngines, NulBytesAndBadUtf8AreBytesLikeOthers) {
  std::string text("\0\xff\xfe", 3);
  EXPECT_THAT(Found(text + kToken + text), ElementsAre("github:3-43"));
}

TEST_P(BothEngines, KindWithoutAShapeIsFoundNearItsHint) {
  const std::string value = "7f3a91c04be28d56a0f1937bc2e85d64";
  for (const std::string before :
       {"/?acme_token=", "svc=acme key=", "{\"acmeKey\": \"", "https://api.acme.com/v1?api_key="}) {
    const auto findings = Scan(engine_.get(), before + value + "&x=1");
    ASSERT_EQ(findings.size(), 1u) << before;
    EXPECT_EQ(findings[0].start, before.size());
    EXPECT_EQ(findings[0].confidence, Confidence::kMedium) << before;
  }
  EXPECT_THAT(Found("/?token=" + value), IsEmpty());                             // nobody's
  EXPECT_THAT(Found("acme " + std::string(300, '.') + " " + value), IsEmpty());  // too far away
  EXPECT_THAT(Found("sacmex token=" + value), IsEmpty());  // no word of its own
}

TEST_P(BothEngines, NearestHintNamesTheKind) {
  const std::string value = "7f3a91c04be28d56a0f1937bc2e85d64";
  for (const auto& [text, id] :
       {std::pair<std::string, std::string>{"svc=acme zeta_token=", "other"},
        {"svc=zeta acme_token=", "hinted"}}) {
    const auto findings = Scan(engine_.get(), text + value);
    ASSERT_EQ(findings.size(), 1u);
    EXPECT_EQ(findings[0].rule->id, id);
  }
}

TEST_P(BothEngines, HintBreaksATieOfShapes) {
  const std::string value = "tok_7f3a91c04be28d56a0f1937bc2e85d64K2mQ9xPz";
  const auto named = Scan(engine_.get(), "acme_token=" + value);
  ASSERT_EQ(named.size(), 1u);
  EXPECT_EQ(named[0].rule->id, "named-tok");
  const auto plain = Scan(engine_.get(), "their_token=" + value);
  ASSERT_EQ(plain.size(), 1u);
  EXPECT_EQ(plain[0].rule->id, "open");
}

TEST_P(BothEngines, LongKindMayEndFarAfterItsHint) {
  std::string value = "wd1.";
  while (value.size() < 600) value += "k7Qz2mX9pLw4";
  EXPECT_EQ(Scan(engine_.get(), "wideco_token=" + value).size(), 1u);
  EXPECT_THAT(Found("wideco " + std::string(5000, '.') + " token=" + value), IsEmpty());
}

TEST_P(BothEngines, NameThatMeansAnIdentifierSilencesAHintedKind) {
  const std::string value = "7f3a91c04be28d56a0f1937bc2e85d64";
  EXPECT_THAT(Found("svc=acme request_id=" + value), IsEmpty());
  EXPECT_THAT(Found("acme commit " + value), IsEmpty());
  const auto findings = Scan(engine_.get(), "acme said " + value);
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].confidence, Confidence::kLow);
}

TEST_P(BothEngines, EmptyBlockHasNoFindings) { EXPECT_THAT(Found(""), IsEmpty()); }

}  // namespace
}  // namespace leaktrip

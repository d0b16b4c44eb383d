#include "daemon/deliver/revocation_proposals.h"

#include <gtest/gtest.h>

#include "detectors/leak/rule.h"
#include "tests/support/alerts.h"

namespace leaktrip {
namespace {

class RevocationProposalsTest : public testing::Test {
 protected:
  RevocationProposalsTest() {
    rule_.kind = "api-token";
    rule_.provider = "example";
    config_.mode = RevocationMode::kApprove;
    config_.actions.resize(1);
    config_.actions[0].name = "platform";
  }
  std::vector<RevocationProposal> Propose() {
    Finding finding;
    finding.rule = &rule_;
    finding.confidence = confidence_;
    finding.fingerprint = Fingerprint::OfToken("secret");
    finding.secret = Secret("secret");
    return ProposeRevocations(config_, test::MakeAlert("one", severity_), finding);
  }

  Rule rule_;
  RevocationConfig config_;
  Confidence confidence_ = Confidence::kHigh;
  Severity severity_ = Severity::kCritical;
};

TEST_F(RevocationProposalsTest, EachFittingActionGetsOne) {
  config_.actions.resize(3);
  config_.actions[1].name = "kinds";
  config_.actions[1].kinds = {"session"};
  config_.actions[2].name = "providers";
  config_.actions[2].providers = {"example"};
  const auto proposals = Propose();
  ASSERT_EQ(proposals.size(), 2u);
  EXPECT_EQ(proposals[0].action, "platform");
  EXPECT_EQ(proposals[1].action, "providers");
  EXPECT_EQ(proposals[1].token.Reveal(), "secret");
  EXPECT_EQ(proposals[1].kind, "api-token");
}

TEST_F(RevocationProposalsTest, OffOrUnsureProposesNothing) {
  confidence_ = Confidence::kMedium;
  EXPECT_TRUE(Propose().empty());
  confidence_ = Confidence::kHigh;
  config_.mode = RevocationMode::kOff;
  EXPECT_TRUE(Propose().empty());
}

TEST_F(RevocationProposalsTest, NeverListIsRefusedAndItsTokenNotKept) {
  config_.never = {Fingerprint::OfToken("secret").Hex()};
  const auto proposals = Propose();
  ASSERT_EQ(proposals.size(), 1u);
  EXPECT_FALSE(proposals[0].refused.empty());
  EXPECT_TRUE(proposals[0].token.empty());
}

TEST_F(RevocationProposalsTest, MildAlertIsProposedButWaitsForItToRise) {
  severity_ = Severity::kMedium;
  config_.min_severity = Severity::kCritical;
  const auto proposals = Propose();
  ASSERT_EQ(proposals.size(), 1u);
  EXPECT_EQ(proposals[0].release_at, Severity::kCritical);
}

TEST_F(RevocationProposalsTest, PasswordGoesOnlyToActionsThatNameItsKind) {
  rule_.guessable = true;
  EXPECT_TRUE(Propose().empty());
  config_.actions[0].kinds = {"api-token"};
  EXPECT_EQ(Propose().size(), 1u);
}

}  // namespace
}  // namespace leaktrip

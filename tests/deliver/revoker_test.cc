#include "daemon/deliver/revoker.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "daemon/store/audit_log.h"
#include "daemon/store/revocation_table.h"
#include "tests/support/alerts.h"
#include "tests/support/http_receiver.h"
#include "tests/support/manual_clock.h"
#include "tests/support/temp_dir.h"
#include "tests/support/wait.h"

namespace leaktrip {
namespace {

using test::MakeAlert;
using test::MakeProposal;
using Kind = test::Behaviour::Kind;
using Type = RevocationActionConfig::Type;
using enum RevocationState;

const std::string kSecret = "a signing secret of enough bytes";
const std::string kToken = "tok_\"quoted\"&=+planted-4711";
constexpr Millis kMinute = 60'000;

class RevokerTest : public testing::Test {
 protected:
  void Make(RevocationMode mode, Type type = Type::kWebhook, std::vector<std::string> never = {}) {
    Revoker::Options options;
    options.store = {.dir = dir_.path(), .revocation_key = std::string(32, 'k')};
    options.config.mode = mode;
    options.config.fuse_per_minute = 3;
    options.config.confirm_after_secs = 600;
    options.config.never = std::move(never);
    RevocationAction action;
    action.name = "platform";
    action.type = type;
    action.url = receiver_.Url("/revoke");
    if (type == Type::kWebhook) action.secrets.emplace_back(kSecret);
    if (type == Type::kRfc7009) {
      action.client_id = "leak:trip";
      action.client_secret = Secret("s p");
    }
    action.timeout = 5'000;
    options.actions.push_back(std::move(action));
    options.clock = &clock_;
    options.metrics = &metrics_;
    options.announce = [this](Fingerprint token, RevocationFact fact) {
      announced_.emplace_back(token.Hex(), fact);
    };
    revoker_.reset();
    store_ = *Store::Open(options.store);
    revoker_ = *Revoker::Make(std::move(options));
  }
  void Propose(const std::string& token, RevocationMode mode) {
    CommitUnit unit;
    unit.alerts.push_back(MakeAlert(token));
    unit.proposals.push_back(MakeProposal(token, token, mode));
    ASSERT_TRUE(store_->Commit(unit, clock_.Wall()));
  }
  RevocationTable table() { return RevocationTable(*store_); }
  Revocation Only() { return table().List(std::nullopt, 2)->at(0); }
  bool Kept() { return table().Token(Only()).has_value(); }
  std::vector<std::string> Steps() {
    std::vector<std::string> steps;
    const auto rows = *AuditLog(*store_).List(0, 1000);
    for (const AuditRow& row : rows) steps.push_back(row.action);
    return steps;
  }

  test::TempDir dir_;
  test::ManualClock clock_;
  Metrics metrics_;
  std::vector<std::pair<std::string, RevocationFact>> announced_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<Revoker> revoker_;
  test::HttpReceiver receiver_{kSecret, clock_};
};

TEST_F(RevokerTest, AutoSendsTheSignedTokenAndSilenceConfirms) {
  Make(RevocationMode::kAuto);
  Propose(kToken, RevocationMode::kAuto);
  revoker_->RunDue();
  const auto requests = receiver_.requests();
  ASSERT_EQ(requests.size(), 1u);
  EXPECT_TRUE(requests[0].signature_valid);
  const auto body = nlohmann::json::parse(requests[0].body);
  EXPECT_EQ(body["type"], "token.revoke");
  EXPECT_EQ(body["data"]["token"], kToken);
  EXPECT_EQ(body["data"]["fingerprint"], Fingerprint::OfToken(kToken).Hex());
  EXPECT_EQ(body["data"]["alert_id"], AlertId({kToken}));
  EXPECT_EQ(body["data"]["kind"], "api-token");
  EXPECT_EQ(Only().state, kAcknowledged);
  ASSERT_EQ(announced_.size(), 1u);
  EXPECT_EQ(announced_[0].first, Fingerprint::OfToken(kToken).Hex());

  clock_.Advance(11 * kMinute);
  revoker_->RunDue();
  EXPECT_EQ(Only().state, kConfirmed);
  EXPECT_FALSE(Kept());
  const std::vector<std::string> steps = {"proposed", "approved", "sent", "acknowledged",
                                          "confirmed"};
  EXPECT_EQ(Steps(), steps);
  EXPECT_TRUE(AuditLog(*store_).Verify());
}

TEST_F(RevokerTest, Rfc7009PostsTheFormAsItsClient) {
  Make(RevocationMode::kAuto, Type::kRfc7009);
  receiver_.Script({{503, {"Retry-After: 30"}}});
  Propose(kToken, RevocationMode::kAuto);
  revoker_->RunDue();
  EXPECT_EQ(Only().state, kSent);
  clock_.Advance(20'000);
  revoker_->RunDue();
  EXPECT_EQ(receiver_.count(), 1u);
  clock_.Advance(20'000);
  revoker_->RunDue();
  const auto requests = receiver_.requests();
  ASSERT_EQ(requests.size(), 2u);
  EXPECT_EQ(requests[1].body,
            "token=tok_%22quoted%22%26%3d%2bplanted-4711&token_type_hint=access_token");
  EXPECT_EQ(requests[1].Header("authorization"), "Basic bGVhayUzYXRyaXA6cyUyMHA=");
  EXPECT_EQ(Only().state, kAcknowledged);
}

TEST_F(RevokerTest, DryRunWritesEverythingAndSendsNothing) {
  Make(RevocationMode::kDryRun);
  Propose(kToken, RevocationMode::kDryRun);
  revoker_->RunDue();
  EXPECT_EQ(receiver_.count(), 0u);
  EXPECT_EQ(Only().state, kDryRun);
  EXPECT_FALSE(Kept());
  EXPECT_EQ(Steps(), (std::vector<std::string>{"proposed", "dry-run"}));
}

TEST_F(RevokerTest, ApproveWaitsForTheOperator) {
  Make(RevocationMode::kApprove);
  Propose(kToken, RevocationMode::kApprove);
  revoker_->RunDue();
  EXPECT_EQ(receiver_.count(), 0u);
  ASSERT_TRUE(*table().Move(Only(), {kApproved, "operator:ann", ""}, clock_.Wall()));
  revoker_->RunDue();
  EXPECT_EQ(receiver_.count(), 1u);
  EXPECT_EQ(Only().state, kAcknowledged);
}

TEST_F(RevokerTest, StricterModeStopsWhatWasNotSentYet) {
  Make(RevocationMode::kAuto);
  Propose(kToken, RevocationMode::kAuto);
  for (const auto mode :
       {RevocationMode::kApprove, RevocationMode::kDryRun, RevocationMode::kOff}) {
    Make(mode);
    revoker_->RunDue();
    EXPECT_EQ(receiver_.count(), 0u);
    EXPECT_EQ(Only().state, kProposed);
  }
  // And a looser one frees nothing that was proposed under a stricter one.
  Make(RevocationMode::kAuto);
  Propose("another token", RevocationMode::kApprove);
  revoker_->RunDue();
  EXPECT_EQ(Only().state, kProposed);
  EXPECT_EQ(receiver_.count(), 1u);
}

TEST_F(RevokerTest, StormBlowsTheFuseAndTheRestAreAuditedProposals) {
  Make(RevocationMode::kAuto);
  CommitUnit unit;
  for (int i = 0; i < 2500; ++i) {
    const std::string token = "token number " + std::to_string(i);
    unit.alerts.push_back(MakeAlert(token));
    unit.proposals.push_back(MakeProposal(token, token, RevocationMode::kAuto));
  }
  ASSERT_TRUE(store_->Commit(unit, clock_.Wall()));
  revoker_->RunDue();
  clock_.Advance(10 * kMinute);
  revoker_->RunDue();
  EXPECT_EQ(receiver_.count(), 3u);
  EXPECT_EQ(table().List(kProposed, 5000)->size(), 2497u);
  EXPECT_NE(metrics_.Text().find("leaktrip_revocation_fuse_open 1"), std::string::npos);
  // proposed + held for all but three, and the fuse itself
  EXPECT_GE(*AuditLog(*store_).Verify(), 2500 + 2497 + 1);
  // One by one an operator may still send them.
  const Revocation held = table().List(kProposed, 1)->at(0);
  ASSERT_TRUE(*table().Move(held, {kApproved, "operator:ann", ""}, clock_.Wall()));
  revoker_->RunDue();
  EXPECT_EQ(receiver_.count(), 4u);
}

TEST_F(RevokerTest, DeniedUseConfirmsAtOnce) {
  Make(RevocationMode::kAuto);
  Propose(kToken, RevocationMode::kAuto);
  revoker_->RunDue();
  const auto token = Fingerprint::OfToken(kToken);
  revoker_->NoteUse(token, false, clock_.Wall() - 1);  // before the acknowledgement
  revoker_->NoteUse(Fingerprint::OfToken("other"), false, clock_.Wall() + 1);
  revoker_->RunDue();
  EXPECT_EQ(Only().state, kAcknowledged);
  revoker_->NoteUse(token, false, clock_.Wall() + 1);
  revoker_->RunDue();
  EXPECT_EQ(Only().state, kConfirmed);
}

TEST_F(RevokerTest, UseThatStillSucceedsIsAFailure) {
  Make(RevocationMode::kAuto);
  Propose(kToken, RevocationMode::kAuto);
  revoker_->RunDue();
  revoker_->NoteUse(Fingerprint::OfToken(kToken), true, clock_.Wall() + 5'000);
  revoker_->RunDue();
  EXPECT_EQ(Only().state, kFailed);
  EXPECT_NE(Only().detail.find("still worked"), std::string::npos);
}

TEST_F(RevokerTest, AcknowledgementIsAnnouncedAgainAfterARestart) {
  Make(RevocationMode::kAuto);
  Propose(kToken, RevocationMode::kAuto);
  revoker_->RunDue();
  Make(RevocationMode::kAuto);
  revoker_->RunDue();
  EXPECT_EQ(announced_.size(), 2u);
  EXPECT_EQ(receiver_.count(), 1u);
  revoker_->NoteUse(Fingerprint::OfToken(kToken), false, clock_.Wall() + 1);
  revoker_->RunDue();
  EXPECT_EQ(Only().state, kConfirmed);
}

TEST_F(RevokerTest, IntentWithoutOutcomeIsRepeatedUnderTheSameId) {
  Make(RevocationMode::kAuto);
  receiver_.Script({{200, {}, Kind::kHang}});
  Propose(kToken, RevocationMode::kAuto);
  revoker_->Start();
  ASSERT_TRUE(test::WaitFor([this] { return receiver_.count() == 1; }));
  revoker_->Stop(std::chrono::milliseconds(0));
  EXPECT_TRUE(Only().open_intent);  // as a crash would leave it

  Make(RevocationMode::kAuto);
  revoker_->RunDue();
  const auto requests = receiver_.requests();
  ASSERT_EQ(requests.size(), 2u);
  EXPECT_EQ(requests[0].Header("webhook-id"), requests[1].Header("webhook-id"));
  EXPECT_EQ(requests[0].body, requests[1].body);
  EXPECT_EQ(Only().state, kAcknowledged);
  const auto steps = Steps();
  EXPECT_NE(std::find(steps.begin(), steps.end(), "resumed"), steps.end());
}

TEST_F(RevokerTest, IntentIsNotRepeatedWhenAGuardForbidsItMeanwhile) {
  Make(RevocationMode::kAuto);
  Propose(kToken, RevocationMode::kAuto);
  const Revocation row = Only();
  ASSERT_TRUE(*table().Move(row, {kApproved, "leaktrip", ""}, clock_.Wall()));
  ASSERT_TRUE(*table().Move(Only(), {kSent, "leaktrip", "attempt 1"}, clock_.Wall()));
  Make(RevocationMode::kDryRun);
  revoker_->RunDue();
  EXPECT_EQ(Only().state, kSent);
  Make(RevocationMode::kAuto, Type::kWebhook, {row.fingerprint});
  revoker_->RunDue();
  EXPECT_EQ(Only().state, kFailed);
  EXPECT_EQ(receiver_.count(), 0u);
}

TEST_F(RevokerTest, RefusalFailsAtOnceAndPassingTroubleFailsAtTheEndOfTheSchedule) {
  Make(RevocationMode::kAuto);
  receiver_.Script({{400, {}}});
  Propose(kToken, RevocationMode::kAuto);
  revoker_->RunDue();
  EXPECT_EQ(Only().state, kFailed);
  EXPECT_EQ(Only().detail, "HTTP 400");
  EXPECT_FALSE(Kept());

  receiver_.Otherwise({500, {}});
  Propose("another token", RevocationMode::kAuto);
  for (int i = 0; i < 12; ++i) {
    revoker_->RunDue();
    clock_.Advance(10 * 60 * kMinute);
  }
  EXPECT_EQ(Only().state, kFailed);
  EXPECT_EQ(Only().attempts, 8);
}

TEST_F(RevokerTest, UndecidedProposalGivesItsTokenUpAfterThirtyDays) {
  Make(RevocationMode::kApprove);
  Propose(kToken, RevocationMode::kApprove);
  clock_.Advance(31LL * 24 * 60 * kMinute);
  revoker_->RunDue();
  EXPECT_EQ(Only().state, kRefused);
  EXPECT_FALSE(Kept());
}

}  // namespace
}  // namespace leaktrip

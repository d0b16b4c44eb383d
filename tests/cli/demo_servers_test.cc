// The demo's receiver and issuer against the real deliverer and revoker.
#include <gtest/gtest.h>

#include "daemon/cli/demo_issuer.h"
#include "daemon/cli/demo_receiver.h"
#include "daemon/deliver/deliverer.h"
#include "daemon/deliver/revoker.h"
#include "daemon/store/revocation_table.h"
#include "tests/support/alerts.h"
#include "tests/support/temp_dir.h"

namespace leaktrip {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kDeadline{20'000};
const std::string kToken = "tok_demo+4711/=";

TEST(DemoReceiver, TakesWhatIsSignedWithItsSecretOnly) {
  const test::TempDir dir;
  const Secret secret("a signing secret of enough bytes");
  const DemoReceiver receiver(secret);
  Deliverer::Options options;
  for (const auto* name : {"right", "wrong"}) {
    Endpoint endpoint{name, receiver.url(), {}, Severity::kLow, 5'000};
    endpoint.secrets.emplace_back(name == std::string("right") ? secret.Reveal() : "another one");
    options.endpoints.push_back(std::move(endpoint));
  }
  options.store = {.dir = dir.path(), .targets = DeliveryTargets(options.endpoints)};
  auto store = *Store::Open(options.store);
  CommitUnit unit;
  unit.alerts.push_back(test::MakeAlert("one"));
  ASSERT_TRUE(store->Commit(unit, Clock::System().Wall()));
  auto deliverer = *Deliverer::Make(std::move(options));
  deliverer->RunDue();
  ASSERT_TRUE(
      receiver.WaitFor([](const DemoDelivery& one) { return one.signature_valid; }, kDeadline));
  EXPECT_EQ(receiver.deliveries().size(), 2u);
  EXPECT_EQ(receiver.deliveries()[0].signature_valid,
            receiver.deliveries()[0].id.ends_with("_right"));
}

TEST(DemoIssuer, RevokedTokenIsRefusedAndTheNextUseConfirms) {
  const test::TempDir dir;
  const Secret token(kToken), client_secret("client-secret");
  DemoIssuer issuer("leaktrip", client_secret);
  issuer.Issue(token);
  EXPECT_EQ(issuer.Use(token), 200);

  Revoker::Options options;
  options.store = {.dir = dir.path(), .revocation_key = std::string(32, 'k')};
  options.config.mode = RevocationMode::kAuto;
  RevocationAction action;
  action.name = "issuer";
  action.type = RevocationActionConfig::Type::kRfc7009;
  action.url = issuer.revoke_url();
  action.client_id = "leaktrip";
  action.client_secret = client_secret.Clone();
  options.actions.push_back(std::move(action));
  auto store = *Store::Open(options.store);
  CommitUnit unit;
  unit.alerts.push_back(test::MakeAlert("one"));
  unit.proposals.push_back(test::MakeProposal("one", kToken, RevocationMode::kAuto, "issuer"));
  ASSERT_TRUE(store->Commit(unit, Clock::System().Wall()));
  auto revoker = *Revoker::Make(std::move(options));
  revoker->RunDue();
  EXPECT_TRUE(issuer.WaitForRevocation(token, kDeadline));
  EXPECT_EQ(issuer.revocations(), 1u);
  EXPECT_EQ(issuer.Use(token), 401);
  issuer.Issue(token);  // changes nothing
  EXPECT_EQ(issuer.Use(token), 401);

  revoker->NoteUse(Fingerprint::OfToken(kToken), false, Clock::System().Wall() + 1);
  revoker->RunDue();
  EXPECT_EQ(RevocationTable(*store).Get(1)->state, RevocationState::kConfirmed);
}

}  // namespace
}  // namespace leaktrip

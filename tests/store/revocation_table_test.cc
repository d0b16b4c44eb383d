#include "daemon/store/revocation_table.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "daemon/store/audit_log.h"
#include "daemon/store/outbox.h"
#include "tests/support/alerts.h"
#include "tests/support/temp_dir.h"

namespace leaktrip {
namespace {

using test::MakeAlert;
using test::MakeProposal;

constexpr Millis kNow = 1'700'000'000'000;
const std::string kToken = "planted-token-4711-abcdefghijklmnop";

class RevocationTableTest : public testing::Test {
 protected:
  void SetUp() override { store_ = Open(std::string(32, 'k')); }
  std::unique_ptr<Store> Open(const std::string& key) {
    return *Store::Open({.dir = dir_.path(), .revocation_key = key});
  }
  void Propose(const std::string& name, RevocationProposal proposal,
               Severity severity = Severity::kHigh, uint32_t revision = 1) {
    CommitUnit unit;
    unit.alerts.push_back(MakeAlert(name, severity, revision));
    unit.proposals.push_back(std::move(proposal));
    ASSERT_TRUE(store_->Commit(unit, kNow));
  }
  RevocationTable table() { return RevocationTable(*store_); }
  Revocation Only() { return table().List(std::nullopt, 2)->at(0); }

  test::TempDir dir_;
  std::unique_ptr<Store> store_;
};

TEST_F(RevocationTableTest, TokenComesBackOnlyWithItsKey) {
  Propose("one", MakeProposal("one", kToken));
  EXPECT_EQ(table().Token(Only())->Reveal(), kToken);
  auto other = Open(std::string(32, 'o'));
  EXPECT_FALSE(RevocationTable(*other).Token(Only()));
}

TEST_F(RevocationTableTest, SealedTokenDoesNotOpenInAnotherRow) {
  Propose("one", MakeProposal("one", kToken));
  Revocation row = Only();
  row.action = "elsewhere";
  EXPECT_FALSE(table().Token(row));
}

TEST_F(RevocationTableTest, TokenIsInNoFileAndGoneAtAFinalState) {
  Propose("one", MakeProposal("one", kToken));
  for (const auto& entry : std::filesystem::directory_iterator(dir_.path())) {
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    EXPECT_EQ(bytes.find(kToken.substr(0, 16)), std::string::npos) << entry.path();
  }
  ASSERT_TRUE(*table().Move(Only(), {RevocationState::kRefused, "operator:ann", "ours"}, kNow));
  EXPECT_EQ(table().Token(Only()).error().code, Code::kNotFound);
}

TEST_F(RevocationTableTest, SameTokenAndActionAreProposedOnce) {
  Propose("one", MakeProposal("one", kToken));
  Propose("one", MakeProposal("one", kToken));
  EXPECT_EQ(table().List(std::nullopt, 10)->size(), 1u);
  Propose("one", MakeProposal("one", kToken, RevocationMode::kAuto, "second"));
  EXPECT_EQ(table().List(std::nullopt, 10)->size(), 2u);
}

TEST_F(RevocationTableTest, DryRunGivesWayToAProposalThatIsMeant) {
  Propose("one", MakeProposal("one", kToken, RevocationMode::kDryRun));
  ASSERT_EQ(table().Release(RevocationMode::kDryRun, 10, 10, kNow)->size(), 1u);
  EXPECT_EQ(Only().state, RevocationState::kDryRun);
  Propose("one", MakeProposal("one", kToken, RevocationMode::kApprove));
  EXPECT_EQ(Only().state, RevocationState::kProposed);
  EXPECT_EQ(table().List(std::nullopt, 10)->size(), 1u);
}

TEST_F(RevocationTableTest, StepFromAStateThatWasLeftDoesNothing) {
  Propose("one", MakeProposal("one", kToken));
  const Revocation before = Only();
  ASSERT_TRUE(*table().Move(before, {RevocationState::kApproved, "operator:ann", ""}, kNow));
  EXPECT_FALSE(*table().Move(before, {RevocationState::kRefused, "operator:bob", ""}, kNow));
  EXPECT_EQ(Only().state, RevocationState::kApproved);
}

TEST_F(RevocationTableTest, ProposalWaitsUntilItsAlertIsSevereEnough) {
  auto proposal = MakeProposal("one", kToken);
  proposal.release_at = Severity::kCritical;
  Propose("one", std::move(proposal), Severity::kHigh);
  EXPECT_TRUE(table().Release(RevocationMode::kAuto, 10, 10, kNow)->empty());
  CommitUnit rise;
  rise.alerts.push_back(MakeAlert("one", Severity::kCritical, 2));
  ASSERT_TRUE(store_->Commit(rise, kNow));
  EXPECT_EQ(table().Release(RevocationMode::kAuto, 10, 10, kNow)->size(), 1u);
  EXPECT_EQ(Only().state, RevocationState::kApproved);
}

TEST_F(RevocationTableTest, FuseHoldsTheRestAndStaysBlownUntilReset) {
  for (int i = 0; i < 5; ++i) {
    const std::string name = "token number " + std::to_string(i);
    Propose(name, MakeProposal(name, name));
  }
  ASSERT_EQ(table().Release(RevocationMode::kAuto, 2, 100, kNow)->size(), 5u);
  EXPECT_EQ(table().List(RevocationState::kApproved, 10)->size(), 2u);
  EXPECT_TRUE(*table().FuseBlown());
  // An hour later it is still blown, and a new proposal is held as well.
  Propose("late", MakeProposal("late", "late token"));
  ASSERT_EQ(table().Release(RevocationMode::kAuto, 2, 100, kNow + 3'600'000)->size(), 1u);
  EXPECT_FALSE(Only().held.empty());
  ASSERT_TRUE(table().ResetFuse("operator:ann", kNow + 3'600'000));
  Propose("later", MakeProposal("later", "later token"));
  EXPECT_EQ(table().Release(RevocationMode::kAuto, 2, 100, kNow + 3'600'000)->size(), 1u);
  EXPECT_EQ(Only().state, RevocationState::kApproved);
  EXPECT_EQ(table().List(RevocationState::kProposed, 10)->size(), 4u);
}

TEST_F(RevocationTableTest, GuardedProposalIsRefusedWithoutItsToken) {
  auto proposal = MakeProposal("one", kToken);
  proposal.refused = "on the never list";
  Propose("one", std::move(proposal));
  EXPECT_EQ(Only().state, RevocationState::kRefused);
  EXPECT_FALSE(table().Token(Only()));
}

TEST_F(RevocationTableTest, EveryStepIsAuditedInAnUnbrokenChain) {
  Propose("one", MakeProposal("one", kToken));
  ASSERT_TRUE(*table().Move(Only(), {RevocationState::kApproved, "operator:ann", "seen"}, kNow));
  ASSERT_TRUE(*table().Move(Only(), {RevocationState::kSent, "leaktrip", ""}, kNow));
  ASSERT_TRUE(table().Postpone(Only(), kNow + 5, "HTTP 503", kNow));
  const auto rows = *AuditLog(*store_).List(0, 100);
  ASSERT_EQ(rows.size(), 4u);
  EXPECT_EQ(rows[0].prev, "");
  EXPECT_EQ(rows[1].actor, "operator:ann");
  EXPECT_EQ(rows[3].action, "attempt-failed");
  EXPECT_EQ(rows[3].subject, "token:" + Fingerprint::OfToken(kToken).Hex());
  EXPECT_EQ(*AuditLog(*store_).Verify(), 4);
}

class TamperedAudit : public RevocationTableTest {
 protected:
  void SetUp() override {
    RevocationTableTest::SetUp();
    for (const char* name : {"one", "two", "three"}) Propose(name, MakeProposal(name, name));
    db_ = *Database::Open(dir_.File("leaktrip.db"));
  }
  std::string Verify() {
    const auto verified = AuditLog(*store_).Verify();
    return verified ? "" : verified.error().message;
  }
  std::unique_ptr<Database> db_;
};

TEST_F(TamperedAudit, PlainUpdatesAndDeletesAreRefused) {
  EXPECT_FALSE(db_->Run("UPDATE audit SET actor = 'eve' WHERE seq = 2"));
  EXPECT_FALSE(db_->Run("DELETE FROM audit WHERE seq = 2"));
  EXPECT_EQ(Verify(), "");
}

TEST_F(TamperedAudit, ChangedRowIsNamed) {
  ASSERT_TRUE(db_->Script("DROP TRIGGER audit_no_update"));
  ASSERT_TRUE(db_->Run("UPDATE audit SET actor = 'eve' WHERE seq = 2"));
  EXPECT_EQ(Verify(), "audit row 2 was changed");
}

TEST_F(TamperedAudit, MissingRowsAreNamed) {
  ASSERT_TRUE(db_->Script("DROP TRIGGER audit_no_delete"));
  ASSERT_TRUE(db_->Run("DELETE FROM audit WHERE seq = 3"));
  EXPECT_EQ(Verify(), "audit row 3 is missing at the end");
  ASSERT_TRUE(db_->Run("DELETE FROM audit WHERE seq = 1"));
  EXPECT_EQ(Verify(), "audit row 1 is missing");
}

}  // namespace
}  // namespace leaktrip

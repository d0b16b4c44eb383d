// The commands over the store: outbox, revoke and audit.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "daemon/cli/audit_command.h"
#include "daemon/cli/outbox_command.h"
#include "daemon/cli/revoke_command.h"
#include "daemon/store/outbox.h"
#include "daemon/store/revocation_table.h"
#include "daemon/store/sqlite.h"
#include "tests/support/alerts.h"
#include "tests/support/temp_dir.h"

namespace leaktrip {
namespace {

using test::MakeAlert;
using test::MakeProposal;

constexpr Millis kNow = 1'700'000'000'000;
const std::string kToken = "planted-token-4711";

class StoredCommandsTest : public testing::Test {
 protected:
  void SetUp() override {
    store_ = *Store::Open({.dir = dir_.path(),
                           .targets = {{"hook", Severity::kLow}},
                           .revocation_key = std::string(32, 'k')});
    CommitUnit unit;
    unit.alerts.push_back(MakeAlert("one"));
    unit.proposals.push_back(MakeProposal("one", kToken, RevocationMode::kApprove));
    ASSERT_TRUE(store_->Commit(unit, kNow));
    id_ = WebhookId(AlertId({"one"}), 1, "hook");
  }
  int RunOutboxCommand(const std::string& verb, std::vector<std::string> ids = {},
                       bool jsonl = false) {
    OutboxOptions options;
    options.state_dir = dir_.path();
    options.verb = verb;
    options.ids = std::move(ids);
    options.jsonl = jsonl;
    Clear();
    return RunOutbox(options, out_, err_);
  }
  int RunRevokeCommand(const std::string& verb, std::vector<int64_t> seqs = {},
                       bool jsonl = false) {
    RevokeOptions options;
    options.state_dir = dir_.path();
    options.verb = verb;
    options.seqs = std::move(seqs);
    options.jsonl = jsonl;
    Clear();
    return RunRevoke(options, out_, err_);
  }
  int RunAuditCommand(const std::string& verb, bool jsonl = false) {
    AuditOptions options;
    options.state_dir = dir_.path();
    options.verb = verb;
    options.jsonl = jsonl;
    Clear();
    return RunAudit(options, out_, err_);
  }
  void Clear() {
    out_.str("");
    err_.str("");
  }
  void TearDown() override { EXPECT_EQ(out_.str().find(kToken), std::string::npos); }

  test::TempDir dir_;
  std::unique_ptr<Store> store_;
  std::string id_;
  std::ostringstream out_, err_;
};

TEST_F(StoredCommandsTest, OutboxIsListedAndShownAsJson) {
  EXPECT_EQ(RunOutboxCommand("list", {}, true), 0);
  const auto row = nlohmann::json::parse(out_.str());
  EXPECT_EQ(row["id"], id_);
  EXPECT_EQ(row["state"], "pending");
  EXPECT_EQ(RunOutboxCommand("show", {id_}, true), 0);
  EXPECT_EQ(nlohmann::json::parse(out_.str())["body"]["data"]["id"], AlertId({"one"}));
}

TEST_F(StoredCommandsTest, DeadDeliveryIsRetriedAndDropped) {
  Outbox outbox(*store_);
  ASSERT_TRUE(outbox.Dead(1, "HTTP 400"));
  EXPECT_EQ(RunOutboxCommand("list"), 0);
  EXPECT_NE(out_.str().find("0 pending, 0 delivered, 1 dead"), std::string::npos);
  EXPECT_EQ(RunOutboxCommand("retry", {id_}), 0);
  EXPECT_EQ(outbox.Stats()->pending, 1);
  EXPECT_EQ(RunOutboxCommand("drop", {id_}), 0);
  EXPECT_EQ(outbox.Stats()->pending, 0);
  EXPECT_EQ(RunOutboxCommand("drop", {id_}), 2);
  EXPECT_NE(err_.str().find("no delivery"), std::string::npos);
}

TEST_F(StoredCommandsTest, ProposalIsApprovedOnceAndAudited) {
  EXPECT_EQ(RunRevokeCommand("list", {}, true), 0);
  EXPECT_EQ(nlohmann::json::parse(out_.str())["state"], "proposed");
  EXPECT_EQ(RunRevokeCommand("approve", {1}), 0);
  EXPECT_EQ(RunRevokeCommand("deny", {1}), 2);
  EXPECT_NE(err_.str().find("no longer open: approved"), std::string::npos);
  EXPECT_EQ(RunRevokeCommand("approve", {99}), 2);
  EXPECT_EQ(RunRevokeCommand("reset-fuse"), 0);
  EXPECT_EQ(RunAuditCommand("list", true), 0);
  EXPECT_NE(out_.str().find(R"("actor":"operator:)"), std::string::npos);
  EXPECT_EQ(RunAuditCommand("verify"), 0);
  EXPECT_EQ(out_.str(), "3 rows, the chain holds\n");
}

TEST_F(StoredCommandsTest, TamperedAuditIsFound) {
  auto db = *Database::Open(dir_.File("leaktrip.db"));
  ASSERT_TRUE(db->Script("DROP TRIGGER audit_no_update; UPDATE audit SET actor = 'eve'"));
  EXPECT_EQ(RunAuditCommand("verify"), 1);
  EXPECT_NE(err_.str().find("audit row 1 was changed"), std::string::npos);
}

TEST_F(StoredCommandsTest, FolderWithoutAStoreIsAnErrorAndStaysEmpty) {
  const test::TempDir empty;
  OutboxOptions options;
  options.state_dir = empty.path();
  options.verb = "list";
  EXPECT_EQ(RunOutbox(options, out_, err_), 2);
  EXPECT_TRUE(std::filesystem::is_empty(empty.path()));
}

TEST_F(StoredCommandsTest, UnknownVerbsAndMissingIdsAreMisuse) {
  EXPECT_EQ(RunOutboxCommand("lst"), 2);
  EXPECT_EQ(RunOutboxCommand("retry"), 2);
  EXPECT_EQ(RunRevokeCommand("approve"), 2);
  EXPECT_EQ(RunAuditCommand("check"), 2);
}

}  // namespace
}  // namespace leaktrip

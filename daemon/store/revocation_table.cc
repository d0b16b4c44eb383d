#include "daemon/store/revocation_table.h"

#include <array>

#include "daemon/store/audit_log.h"
#include "daemon/store/revocation_rows.h"
#include "daemon/store/seal.h"
#include "daemon/store/store_impl.h"

namespace leaktrip {
namespace {

constexpr std::array<std::string_view, 8> kStates = {
    "proposed", "approved", "sent", "acknowledged", "confirmed", "refused", "failed", "dry-run"};
constexpr std::array<std::string_view, 4> kModes = {"off", "dry-run", "approve", "auto"};

std::string SealContext(std::string_view fingerprint, std::string_view action) {
  return std::string(fingerprint) + "/" + std::string(action);
}

}  // namespace

std::string_view Name(RevocationState state) { return kStates[static_cast<size_t>(state)]; }

std::optional<RevocationState> ParseRevocationState(std::string_view name) {
  for (size_t i = 0; i < kStates.size(); ++i)
    if (kStates[i] == name) return static_cast<RevocationState>(i);
  return std::nullopt;
}

bool IsFinal(RevocationState state) { return state >= RevocationState::kConfirmed; }

std::string_view Name(RevocationMode mode) { return kModes[static_cast<size_t>(mode)]; }

Revocation ReadRevocation(const Row& row) {
  Revocation revocation;
  revocation.seq = row.Int(0);
  revocation.alert_id = row.Text(1);
  revocation.fingerprint = row.Text(2);
  revocation.action = row.Text(3);
  revocation.kind = row.Text(4);
  revocation.provider = row.Text(5);
  revocation.mode = RevocationMode::kApprove;
  for (size_t i = 0; i < kModes.size(); ++i)
    if (kModes[i] == row.View(6)) revocation.mode = static_cast<RevocationMode>(i);
  revocation.state = ParseRevocationState(row.View(7)).value_or(RevocationState::kFailed);
  revocation.held = row.Text(8);
  revocation.attempts = static_cast<int>(row.Int(9));
  revocation.due = row.Int(10);
  revocation.created = row.Int(11);
  revocation.updated = row.Int(12);
  revocation.open_intent = row.Int(13) != 0;
  if (!row.Null(14)) revocation.acknowledged = row.Int(14);
  revocation.detail = row.Text(15);
  return revocation;
}

Result<void> AuditStep(Database& db, const Revocation& row, const RevocationStep& step,
                       std::string_view action, Millis now) {
  std::string detail = row.action + ", alert " + row.alert_id;
  if (!step.detail.empty()) detail += ": " + step.detail;
  return AppendAudit(db, {step.actor, action, "token:" + row.fingerprint, detail}, now);
}

Result<bool> MoveRow(Database& db, const Revocation& row, const RevocationStep& step, Millis now) {
  const bool attempt = step.to == RevocationState::kSent;
  const bool acknowledged = step.to == RevocationState::kAcknowledged;
  auto moved = db.Run(
      "UPDATE revocations SET state = ?1, updated = ?2, detail = ?3, due = ?2, "
      "attempts = attempts + ?4, open_intent = ?4, "
      "acknowledged = CASE WHEN ?5 THEN ?2 ELSE acknowledged END, "
      "token = CASE WHEN ?6 THEN NULL ELSE token END WHERE seq = ?7 AND state = ?8",
      Name(step.to), now, step.detail, attempt, acknowledged, IsFinal(step.to), row.seq,
      Name(row.state));
  if (!moved) return std::unexpected(moved.error());
  if (*moved == 0) return false;
  if (auto noted = AuditStep(db, row, step, Name(step.to), now); !noted)
    return std::unexpected(noted.error());
  return true;
}

Result<void> PutProposal(Database& db, std::string_view key, const RevocationProposal& proposal,
                         Millis now) {
  // A dry run of the past does not stand in the way of a proposal that is meant.
  if (proposal.mode != RevocationMode::kDryRun) {
    auto removed =
        db.Run("DELETE FROM revocations WHERE fingerprint = ? AND action = ? AND state = 'dry-run'",
               proposal.fingerprint, proposal.action);
    if (!removed) return std::unexpected(removed.error());
  }
  const bool refused = !proposal.refused.empty();
  auto known = db.Number("SELECT seq FROM revocations WHERE fingerprint = ? AND action = ?",
                         proposal.fingerprint, proposal.action);
  if (!known) return std::unexpected(known.error());
  if (*known) return {};
  if (!refused && key.size() != kSealKeyBytes)
    return Fail(Code::kDenied, "a token can only be stored with a revocation key");
  std::string sealed;
  if (!refused) {
    auto done = Seal(key, SealContext(proposal.fingerprint, proposal.action), proposal.token);
    if (!done) return std::unexpected(done.error());
    sealed = std::move(*done);
  }
  const auto state = refused ? RevocationState::kRefused : RevocationState::kProposed;
  auto added = db.Run(
      "INSERT INTO revocations(alert_id, fingerprint, action, kind, provider, mode, release_at, "
      "state, due, created, updated, detail, token) "
      "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?9, ?9, ?10, nullif(?11, x''))",
      proposal.alert_id, proposal.fingerprint, proposal.action, proposal.kind, proposal.provider,
      Name(proposal.mode), static_cast<int>(proposal.release_at), Name(state), now,
      proposal.refused, Blob{sealed});
  if (!added) return std::unexpected(added.error());
  Revocation row;
  row.alert_id = proposal.alert_id;
  row.fingerprint = proposal.fingerprint;
  row.action = proposal.action;
  std::string detail = refused ? proposal.refused : "mode " + std::string(Name(proposal.mode));
  return AuditStep(db, row, {state, "leaktrip", std::move(detail)}, Name(state), now);
}

Result<std::vector<Revocation>> RevocationTable::List(std::optional<RevocationState> state,
                                                      size_t limit) {
  std::vector<Revocation> rows;
  const std::string_view name = state ? Name(*state) : "";
  auto done = store_.impl_->db->Query(
      "SELECT " LEAKTRIP_REVOCATION_COLUMNS
      " FROM revocations WHERE ?1 = '' OR state = ?1 ORDER BY seq DESC LIMIT ?2",
      [&](const Row& row) { rows.push_back(ReadRevocation(row)); }, name, limit);
  if (!done) return std::unexpected(done.error());
  return rows;
}

Result<Revocation> RevocationTable::Get(int64_t seq) {
  std::optional<Revocation> found;
  auto done = store_.impl_->db->Query(
      "SELECT " LEAKTRIP_REVOCATION_COLUMNS " FROM revocations WHERE seq = ?",
      [&](const Row& row) { found = ReadRevocation(row); }, seq);
  if (!done) return std::unexpected(done.error());
  if (!found) return Fail(Code::kNotFound, "no revocation " + std::to_string(seq));
  return std::move(*found);
}

Result<std::vector<Revocation>> RevocationTable::Due(RevocationState state, Millis now,
                                                     size_t limit) {
  std::vector<Revocation> rows;
  auto done = store_.impl_->db->Query(
      "SELECT " LEAKTRIP_REVOCATION_COLUMNS
      " FROM revocations WHERE state = ? AND due <= ? ORDER BY due, seq LIMIT ?",
      [&](const Row& row) { rows.push_back(ReadRevocation(row)); }, Name(state), now, limit);
  if (!done) return std::unexpected(done.error());
  return rows;
}

Result<Secret> RevocationTable::Token(const Revocation& row) {
  std::string sealed;
  auto done = store_.impl_->db->Query(
      "SELECT token FROM revocations WHERE seq = ? AND token IS NOT NULL",
      [&](const Row& found) { sealed = found.Text(0); }, row.seq);
  if (!done) return std::unexpected(done.error());
  if (sealed.empty()) return Fail(Code::kNotFound, "the token is no longer stored");
  if (store_.impl_->options.revocation_key.size() != kSealKeyBytes)
    return Fail(Code::kDenied, "there is no revocation key");
  return Unseal(store_.impl_->options.revocation_key, SealContext(row.fingerprint, row.action),
                sealed);
}

Result<bool> RevocationTable::Move(const Revocation& row, const RevocationStep& step, Millis now) {
  Database& db = *store_.impl_->db;
  auto transaction = Transaction::Begin(db);
  if (!transaction) return std::unexpected(transaction.error());
  auto moved = MoveRow(db, row, step, now);
  if (!moved || !*moved) return moved;
  if (auto done = transaction->Commit(); !done) return std::unexpected(done.error());
  return true;
}

Result<void> RevocationTable::Postpone(const Revocation& row, Millis due, std::string_view detail,
                                       Millis now) {
  Database& db = *store_.impl_->db;
  auto transaction = Transaction::Begin(db);
  if (!transaction) return std::unexpected(transaction.error());
  auto done = db.Run(
      "UPDATE revocations SET open_intent = 0, due = ?, detail = ?, updated = ? "
      "WHERE seq = ? AND state = 'sent'",
      due, detail, now, row.seq);
  if (!done) return std::unexpected(done.error());
  const RevocationStep step{RevocationState::kSent, "leaktrip", std::string(detail)};
  if (auto noted = AuditStep(db, row, step, "attempt-failed", now); !noted) return noted;
  return transaction->Commit();
}

Result<void> RevocationTable::Note(const Revocation& row, const RevocationStep& step,
                                   std::string_view action, Millis now) {
  Database& db = *store_.impl_->db;
  auto transaction = Transaction::Begin(db);
  if (!transaction) return std::unexpected(transaction.error());
  if (auto noted = AuditStep(db, row, step, action, now); !noted) return noted;
  return transaction->Commit();
}

}  // namespace leaktrip

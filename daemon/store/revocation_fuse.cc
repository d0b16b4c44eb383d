// The half of RevocationTable that lets proposals go out by themselves, and the fuse that stops it.
#include "daemon/store/audit_log.h"
#include "daemon/store/revocation_rows.h"
#include "daemon/store/store_impl.h"

namespace leaktrip {
namespace {

constexpr Millis kMinute = 60'000;

Result<std::vector<Revocation>> Released(Database& db, RevocationMode mode, size_t limit) {
  std::vector<Revocation> rows;
  auto done = db.Query(
      "SELECT " LEAKTRIP_REVOCATION_COLUMNS
      " FROM revocations r WHERE state = 'proposed' AND held = '' AND mode = ? AND EXISTS "
      "(SELECT 1 FROM alerts a WHERE a.id = r.alert_id AND a.severity >= r.release_at) "
      "ORDER BY seq LIMIT ?",
      [&](const Row& row) { rows.push_back(ReadRevocation(row)); }, Name(mode), limit);
  if (!done) return std::unexpected(done.error());
  return rows;
}

Result<bool> ReadFuse(Database& db) {
  auto flag = db.Number("SELECT value FROM flags WHERE name = 'fuse-blown'");
  if (!flag) return std::unexpected(flag.error());
  return flag->value_or(0) != 0;
}

Result<void> WriteFuse(Database& db, bool blown, const AuditEntry& entry, Millis now) {
  auto set = db.Run(
      "INSERT INTO flags(name, value) VALUES('fuse-blown', ?) "
      "ON CONFLICT(name) DO UPDATE SET value = excluded.value",
      blown);
  if (!set) return std::unexpected(set.error());
  return AppendAudit(db, entry, now);
}

Result<void> Hold(Database& db, Revocation& row, Millis now) {
  row.held = "the fuse is blown: waits for an operator";
  auto held =
      db.Run("UPDATE revocations SET held = ?, updated = ? WHERE seq = ?", row.held, now, row.seq);
  if (!held) return std::unexpected(held.error());
  return AuditStep(db, row, {row.state, "leaktrip", row.held}, "held", now);
}

Result<void> Approve(Database& db, Revocation& row, Millis now) {
  auto moved = MoveRow(db, row, {RevocationState::kApproved, "leaktrip", "mode auto"}, now);
  if (!moved) return std::unexpected(moved.error());
  row.state = RevocationState::kApproved;
  auto marked = db.Run("UPDATE revocations SET auto_approved = ? WHERE seq = ?", now, row.seq);
  if (!marked) return std::unexpected(marked.error());
  return {};
}

Result<void> ApproveUpToFuse(Database& db, std::vector<Revocation>& rows, int per_minute,
                             Millis now) {
  auto recent =
      db.Number("SELECT count(*) FROM revocations WHERE auto_approved > ?", now - kMinute);
  if (!recent) return std::unexpected(recent.error());
  auto blown = ReadFuse(db);
  if (!blown) return std::unexpected(blown.error());
  int64_t count = recent->value_or(0);
  for (Revocation& row : rows) {
    if (!*blown && ++count > per_minute) {
      *blown = true;
      const std::string detail =
          "more than " + std::to_string(per_minute) + " automatic revocations within a minute";
      if (auto set = WriteFuse(db, true, {"leaktrip", "fuse-blown", "fuse", detail}, now); !set)
        return set;
    }
    auto done = *blown ? Hold(db, row, now) : Approve(db, row, now);
    if (!done) return done;
  }
  return {};
}

}  // namespace

Result<std::vector<Revocation>> RevocationTable::Release(RevocationMode mode, int fuse_per_minute,
                                                         size_t limit, Millis now) {
  Database& db = *store_.impl_->db;
  // Looked at before a write lock is taken, because mostly there is nothing.
  auto rows = Released(db, mode, limit);
  if (!rows || rows->empty()) return rows;
  auto transaction = Transaction::Begin(db);
  if (!transaction) return std::unexpected(transaction.error());
  rows = Released(db, mode, limit);
  if (!rows) return rows;
  if (mode == RevocationMode::kAuto) {
    if (auto done = ApproveUpToFuse(db, *rows, fuse_per_minute, now); !done)
      return std::unexpected(done.error());
  } else {
    const RevocationStep step{RevocationState::kDryRun, "leaktrip",
                              "would be sent; revocation mode is dry-run"};
    for (Revocation& row : *rows) {
      if (auto moved = MoveRow(db, row, step, now); !moved) return std::unexpected(moved.error());
      row.state = RevocationState::kDryRun;
    }
  }
  if (auto done = transaction->Commit(); !done) return std::unexpected(done.error());
  return rows;
}

Result<bool> RevocationTable::FuseBlown() { return ReadFuse(*store_.impl_->db); }

Result<void> RevocationTable::ResetFuse(std::string_view actor, Millis now) {
  Database& db = *store_.impl_->db;
  auto transaction = Transaction::Begin(db);
  if (!transaction) return std::unexpected(transaction.error());
  const std::string_view detail = "later proposals go out by themselves again; held ones stay held";
  if (auto set = WriteFuse(db, false, {actor, "fuse-reset", "fuse", detail}, now); !set) return set;
  return transaction->Commit();
}

}  // namespace leaktrip

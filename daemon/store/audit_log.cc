#include "daemon/store/audit_log.h"

#include "daemon/store/store_impl.h"
#include "detectors/base/fingerprint.h"

namespace leaktrip {
namespace {

constexpr std::string_view kSelect =
    "SELECT seq, ts, actor, action, subject, detail, prev, hash FROM audit "
    "WHERE seq > ? ORDER BY seq LIMIT ?";

std::string HashOf(const AuditRow& row) {
  std::string bytes;
  auto add = [&bytes](std::string_view field) {
    bytes += std::to_string(field.size());
    bytes += ':';
    bytes += field;
  };
  add(std::to_string(row.seq));
  add(std::to_string(row.ts));
  for (const std::string* field : {&row.actor, &row.action, &row.subject, &row.detail, &row.prev})
    add(*field);
  return Sha256Hex(bytes);
}

AuditRow Read(const Row& row) {
  return {row.Int(0),  row.Int(1),  row.Text(2), row.Text(3),
          row.Text(4), row.Text(5), row.Text(6), row.Text(7)};
}

Error Broken(int64_t seq, const char* what) {
  return {Code::kInvalid, "audit row " + std::to_string(seq) + " " + what, {}};
}

}  // namespace

Result<void> AppendAudit(Database& db, const AuditEntry& entry, Millis now) {
  AuditRow row{0,
               now,
               std::string(entry.actor),
               std::string(entry.action),
               std::string(entry.subject),
               std::string(entry.detail),
               {},
               {}};
  auto last =
      db.Query("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1", [&](const Row& found) {
        row.seq = found.Int(0);
        row.prev = found.Text(1);
      });
  if (!last) return last;
  ++row.seq;
  row.hash = HashOf(row);
  auto added = db.Run("INSERT INTO audit VALUES(?, ?, ?, ?, ?, ?, ?, ?)", row.seq, row.ts,
                      row.actor, row.action, row.subject, row.detail, row.prev, row.hash);
  if (!added) return std::unexpected(added.error());
  return {};
}

Result<std::vector<AuditRow>> AuditLog::List(int64_t after_seq, size_t limit) {
  std::vector<AuditRow> rows;
  auto done = store_.impl_->db->Query(
      kSelect, [&rows](const Row& row) { rows.push_back(Read(row)); }, after_seq, limit);
  if (!done) return std::unexpected(done.error());
  return rows;
}

Result<int64_t> AuditLog::Verify() {
  Database& db = *store_.impl_->db;
  // Before the rows, so that a row added meanwhile does not look like one too many.
  auto count = db.Number("SELECT seq FROM sqlite_sequence WHERE name = 'audit'");
  if (!count) return std::unexpected(count.error());
  int64_t seq = 0;
  std::string prev;
  std::optional<Error> error;
  auto done = db.Query(
      kSelect,
      [&](const Row& found) {
        if (error) return;
        const AuditRow row = Read(found);
        if (row.seq != ++seq)
          error = Broken(seq, "is missing");
        else if (row.prev != prev)
          error = Broken(seq, "does not follow the row before it");
        else if (row.hash != HashOf(row))
          error = Broken(seq, "was changed");
        prev = row.hash;
      },
      0, -1);
  if (!done) return std::unexpected(done.error());
  if (error) return std::unexpected(*error);
  if (seq < count->value_or(0)) return std::unexpected(Broken(seq + 1, "is missing at the end"));
  return seq;
}

}  // namespace leaktrip

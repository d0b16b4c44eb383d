#include "daemon/store/store.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <cassert>

#include "daemon/store/audit_log.h"
#include "daemon/store/outbox.h"
#include "daemon/store/revocation_table.h"
#include "daemon/store/schema.h"
#include "daemon/store/seal.h"
#include "daemon/store/store_impl.h"

namespace leaktrip {
namespace {

Result<void> PutAlert(Database& db, const Alert& alert, const std::vector<DeliveryTarget>& targets,
                      Millis now) {
  auto added = db.Run(
      "INSERT INTO alerts(id, revision, ts, created, severity, type, body) "
      "VALUES(?, ?, ?, ?, ?, ?, ?) ON CONFLICT(id, revision) DO NOTHING",
      alert.id, alert.revision, alert.ts, now, static_cast<int>(alert.severity), alert.type,
      AlertJson(alert));
  if (!added) return std::unexpected(added.error());
  // A replayed alert has its deliveries already, or had them and they are done.
  if (*added == 0) return {};
  for (const DeliveryTarget& target : targets) {
    if (alert.severity < target.min_severity) continue;
    auto put = db.Run(
        "INSERT INTO deliveries(id, alert_id, revision, endpoint, state, due, created) "
        "VALUES(?, ?, ?, ?, 'pending', ?, ?) ON CONFLICT(id) DO NOTHING",
        WebhookId(alert.id, alert.revision, target.name), alert.id, alert.revision, target.name,
        now, now);
    if (!put) return std::unexpected(put.error());
  }
  return {};
}

Result<void> PutState(Database& db, const StateChange& change) {
  const auto done = change.value ? db.Run(
                                       "INSERT INTO state(key, value) VALUES(?, ?) "
                                       "ON CONFLICT(key) DO UPDATE SET value = excluded.value",
                                       change.key, Blob{*change.value})
                                 : db.Run("DELETE FROM state WHERE key = ?", change.key);
  if (!done) return std::unexpected(done.error());
  return {};
}

Result<void> PutOffset(Database& db, const PartitionOffset& offset) {
  auto done = db.Run(
      "INSERT INTO offsets(topic, partition, next) VALUES(?, ?, ?) "
      "ON CONFLICT(topic, partition) DO UPDATE SET next = excluded.next",
      offset.topic, offset.partition, offset.next);
  if (!done) return std::unexpected(done.error());
  return {};
}

// SQLite keeps the limit itself: a transaction that would pass it fails as a whole.
Result<void> LimitPages(Database& db, int64_t max_megabytes) {
  auto page = db.Number("PRAGMA page_size");
  if (!page) return std::unexpected(page.error());
  const int64_t pages = std::max<int64_t>(1, max_megabytes * 1024 * 1024 / page->value_or(4096));
  return db.Script("PRAGMA max_page_count = " + std::to_string(pages));
}

}  // namespace

Store::Store(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Store::~Store() = default;

Result<std::unique_ptr<Store>> Store::Open(Options options) {
  assert(options.revocation_key.empty() || options.revocation_key.size() == kSealKeyBytes);
  auto opened = OpenDatabase(options.dir, options.recover);
  if (!opened) return std::unexpected(opened.error());
  if (!opened->moved_aside.empty())
    spdlog::error("the store was damaged; it is kept as {} and a new one begins",
                  opened->moved_aside);
  if (auto limited = LimitPages(*opened->db, options.max_megabytes); !limited)
    return std::unexpected(limited.error());
  auto impl = std::make_unique<Impl>();
  impl->options = std::move(options);
  impl->db = std::move(opened->db);
  impl->moved_aside = std::move(opened->moved_aside);
  return std::unique_ptr<Store>(new Store(std::move(impl)));
}

Result<void> Store::Commit(const CommitUnit& unit, Millis now) {
  Database& db = *impl_->db;
  auto transaction = Transaction::Begin(db);
  if (!transaction) return std::unexpected(transaction.error());
  for (const Alert& alert : unit.alerts)
    if (auto put = PutAlert(db, alert, impl_->options.targets, now); !put) return put;
  for (const RevocationProposal& proposal : unit.proposals)
    if (auto put = PutProposal(db, impl_->options.revocation_key, proposal, now); !put) return put;
  for (const StateChange& change : unit.state)
    if (auto put = PutState(db, change); !put) return put;
  for (const PartitionOffset& offset : unit.offsets)
    if (auto put = PutOffset(db, offset); !put) return put;
  return transaction->Commit();
}

Result<std::vector<PartitionOffset>> Store::Offsets() {
  std::vector<PartitionOffset> offsets;
  auto done = impl_->db->Query(
      "SELECT topic, partition, next FROM offsets ORDER BY topic, partition", [&](const Row& row) {
        offsets.push_back({row.Text(0), static_cast<int32_t>(row.Int(1)), row.Int(2)});
      });
  if (!done) return std::unexpected(done.error());
  return offsets;
}

Result<std::vector<StateChange>> Store::State() {
  std::vector<StateChange> state;
  auto done = impl_->db->Query("SELECT key, value FROM state ORDER BY key", [&](const Row& row) {
    state.push_back({row.Text(0), row.Text(1)});
  });
  if (!done) return std::unexpected(done.error());
  return state;
}

Result<std::vector<Alert>> Store::Alerts(size_t limit) {
  std::vector<Alert> alerts;
  size_t unreadable = 0;
  auto done = impl_->db->Query(
      "SELECT body FROM alerts ORDER BY created DESC, id, revision DESC LIMIT ?",
      [&](const Row& row) {
        if (auto alert = ParseAlert(row.View(0)))
          alerts.push_back(std::move(*alert));
        else
          ++unreadable;
      },
      limit);
  if (!done) return std::unexpected(done.error());
  if (unreadable > 0) spdlog::error("{} stored alerts cannot be read", unreadable);
  return alerts;
}

const std::string& Store::moved_aside() const { return impl_->moved_aside; }

Result<int64_t> Store::Bytes() {
  int64_t bytes = 0;
  auto done = impl_->db->Query(
      "SELECT (p.page_count - f.freelist_count) * s.page_size "
      "FROM pragma_page_count() p, pragma_freelist_count() f, pragma_page_size() s",
      [&](const Row& row) { bytes = row.Int(0); });
  if (!done) return std::unexpected(done.error());
  return bytes;
}

}  // namespace leaktrip

#include "daemon/store/outbox.h"

#include "daemon/store/store_impl.h"
#include "detectors/base/fingerprint.h"

namespace leaktrip {
namespace {

Delivery ReadDelivery(const Row& row) {
  Delivery delivery;
  delivery.seq = row.Int(0);
  delivery.id = row.Text(1);
  delivery.alert_id = row.Text(2);
  delivery.revision = static_cast<uint32_t>(row.Int(3));
  delivery.endpoint = row.Text(4);
  delivery.state = ParseDeliveryState(row.View(5)).value_or(DeliveryState::kDead);
  delivery.attempts = static_cast<int>(row.Int(6));
  delivery.due = row.Int(7);
  delivery.created = row.Int(8);
  delivery.last_error = row.Text(9);
  return delivery;
}

Delivery ReadWithBody(const Row& row) {
  Delivery delivery = ReadDelivery(row);
  delivery.body = WebhookBody(row.View(10), row.Int(11), row.View(12));
  return delivery;
}

Result<void> OnlyError(const Result<int64_t>& done) {
  if (!done) return std::unexpected(done.error());
  return {};
}

std::unexpected<Error> NoSuch(std::string_view id) {
  return Fail(Code::kNotFound, "no delivery " + std::string(id));
}

}  // namespace

std::string_view Name(DeliveryState state) {
  switch (state) {
    case DeliveryState::kPending:
      return "pending";
    case DeliveryState::kDelivered:
      return "delivered";
    case DeliveryState::kDead:
      return "dead";
  }
  return "";
}

std::optional<DeliveryState> ParseDeliveryState(std::string_view name) {
  for (const auto state :
       {DeliveryState::kPending, DeliveryState::kDelivered, DeliveryState::kDead})
    if (name == Name(state)) return state;
  return std::nullopt;
}

std::string IdPart(std::string_view text) {
  std::string part(text);
  for (char& c : part) {
    const bool fine = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '-' || c == '_';
    if (!fine) c = '-';
  }
  // "a.b" must not become the id of "a-b".
  if (part != text) part += "-" + Sha256Hex(text).substr(0, 8);
  return part;
}

std::string WebhookId(std::string_view alert_id, uint32_t revision, std::string_view endpoint) {
  return "msg_" + IdPart(alert_id) + "_" + std::to_string(revision) + "_" + IdPart(endpoint);
}

std::string WebhookBody(std::string_view type, Millis ts, std::string_view alert_json) {
  // Types are our own words and the alert is JSON already: nothing to escape.
  std::string body = R"({"type":")";
  body.append(type).append(R"(","timestamp":")").append(FormatTime(ts)).append(R"(","data":)");
  return body.append(alert_json).append("}");
}

Result<std::vector<Delivery>> Outbox::Due(std::string_view endpoint, Millis now, size_t limit) {
  std::vector<Delivery> due;
  auto done = store_.impl_->db->Query(
      "SELECT d.seq, d.id, d.alert_id, d.revision, d.endpoint, d.state, d.attempts, d.due, "
      "d.created, d.last_error, a.type, a.ts, a.body FROM deliveries d "
      "JOIN alerts a ON a.id = d.alert_id AND a.revision = d.revision "
      "WHERE d.state = 'pending' AND d.endpoint = ? AND d.due <= ? ORDER BY d.due, d.seq LIMIT ?",
      [&](const Row& row) { due.push_back(ReadWithBody(row)); }, endpoint, now, limit);
  if (!done) return std::unexpected(done.error());
  return due;
}

Result<std::optional<Millis>> Outbox::NextDue(std::string_view endpoint) {
  return store_.impl_->db->Number(
      "SELECT min(due) FROM deliveries WHERE state = 'pending' AND endpoint = ?", endpoint);
}

Result<void> Outbox::Delivered(int64_t seq) {
  return OnlyError(store_.impl_->db->Run(
      "UPDATE deliveries SET state = 'delivered', attempts = attempts + 1, last_error = '' "
      "WHERE seq = ?",
      seq));
}

Result<void> Outbox::Failed(int64_t seq, Millis due, std::string_view error) {
  return OnlyError(store_.impl_->db->Run(
      "UPDATE deliveries SET attempts = attempts + 1, due = ?, last_error = ? "
      "WHERE seq = ? AND state = 'pending'",
      due, error, seq));
}

Result<void> Outbox::Dead(int64_t seq, std::string_view error) {
  return OnlyError(store_.impl_->db->Run(
      "UPDATE deliveries SET state = 'dead', attempts = attempts + 1, last_error = ? "
      "WHERE seq = ? AND state = 'pending'",
      error, seq));
}

Result<void> Outbox::Disable(std::string_view endpoint, std::string_view reason, Millis now) {
  return OnlyError(
      store_.impl_->db->Run("INSERT INTO endpoints(name, disabled_at, reason) VALUES(?, ?, ?) "
                            "ON CONFLICT(name) DO NOTHING",
                            endpoint, now, reason));
}

Result<std::map<std::string, std::string>> Outbox::Disabled() {
  std::map<std::string, std::string> names;
  auto done = store_.impl_->db->Query("SELECT name, reason FROM endpoints", [&](const Row& row) {
    names.emplace(row.Text(0), row.Text(1));
  });
  if (!done) return std::unexpected(done.error());
  return names;
}

Result<int64_t> Outbox::Bury(std::string_view endpoint, std::string_view error) {
  return store_.impl_->db->Run(
      "UPDATE deliveries SET state = 'dead', last_error = ? WHERE state = 'pending' AND endpoint = "
      "?",
      error, endpoint);
}

Result<std::vector<Delivery>> Outbox::List(const Filter& filter) {
  std::vector<Delivery> list;
  const std::string_view state = filter.state ? Name(*filter.state) : "";
  auto done = store_.impl_->db->Query(
      "SELECT seq, id, alert_id, revision, endpoint, state, attempts, due, created, last_error "
      "FROM deliveries WHERE (?1 = '' OR state = ?1) AND (?2 = '' OR endpoint = ?2) "
      "ORDER BY seq DESC LIMIT ?3",
      [&](const Row& row) { list.push_back(ReadDelivery(row)); }, state, filter.endpoint,
      filter.limit);
  if (!done) return std::unexpected(done.error());
  return list;
}

Result<Delivery> Outbox::Get(std::string_view id) {
  std::optional<Delivery> found;
  auto done = store_.impl_->db->Query(
      "SELECT d.seq, d.id, d.alert_id, d.revision, d.endpoint, d.state, d.attempts, d.due, "
      "d.created, d.last_error, a.type, a.ts, a.body FROM deliveries d "
      "JOIN alerts a ON a.id = d.alert_id AND a.revision = d.revision WHERE d.id = ?",
      [&](const Row& row) { found = ReadWithBody(row); }, id);
  if (!done) return std::unexpected(done.error());
  if (!found) return NoSuch(id);
  return std::move(*found);
}

Result<int64_t> Outbox::Retry(std::string_view id, Millis now) {
  Database& db = *store_.impl_->db;
  auto transaction = Transaction::Begin(db);
  if (!transaction) return std::unexpected(transaction.error());
  auto enabled = db.Run(
      "DELETE FROM endpoints WHERE name = (SELECT endpoint FROM deliveries WHERE id = ?)", id);
  if (!enabled) return enabled;
  auto retried = db.Run(
      "UPDATE deliveries SET state = 'pending', attempts = 0, due = ? "
      "WHERE id = ? AND state <> 'delivered'",
      now, id);
  if (!retried) return retried;
  if (*retried == 0) return NoSuch(id);
  if (auto done = transaction->Commit(); !done) return std::unexpected(done.error());
  return *retried;
}

Result<int64_t> Outbox::RetryDead(std::string_view endpoint, Millis now) {
  Database& db = *store_.impl_->db;
  auto transaction = Transaction::Begin(db);
  if (!transaction) return std::unexpected(transaction.error());
  auto enabled = db.Run("DELETE FROM endpoints WHERE ?1 = '' OR name = ?1", endpoint);
  if (!enabled) return enabled;
  auto retried = db.Run(
      "UPDATE deliveries SET state = 'pending', attempts = 0, due = ?2 "
      "WHERE state = 'dead' AND (?1 = '' OR endpoint = ?1)",
      endpoint, now);
  if (!retried) return retried;
  if (auto done = transaction->Commit(); !done) return std::unexpected(done.error());
  return *retried;
}

Result<void> Outbox::Drop(std::string_view id) {
  auto dropped = store_.impl_->db->Run("DELETE FROM deliveries WHERE id = ?", id);
  if (!dropped) return std::unexpected(dropped.error());
  if (*dropped == 0) return NoSuch(id);
  return {};
}

Result<OutboxStats> Outbox::Stats() {
  OutboxStats stats;
  auto done = store_.impl_->db->Query(
      "SELECT state, count(*), min(created) FROM deliveries GROUP BY state", [&](const Row& row) {
        const auto state = ParseDeliveryState(row.View(0));
        if (state == DeliveryState::kPending) {
          stats.pending = row.Int(1);
          stats.oldest_pending = row.Int(2);
        } else if (state == DeliveryState::kDelivered) {
          stats.delivered = row.Int(1);
        } else {
          stats.dead += row.Int(1);
        }
      });
  if (!done) return std::unexpected(done.error());
  return stats;
}

Result<int64_t> Outbox::Prune(Millis before) {
  Database& db = *store_.impl_->db;
  auto transaction = Transaction::Begin(db);
  if (!transaction) return std::unexpected(transaction.error());
  auto deliveries =
      db.Run("DELETE FROM deliveries WHERE state = 'delivered' AND created < ?", before);
  if (!deliveries) return deliveries;
  auto alerts = db.Run(
      "DELETE FROM alerts WHERE created < ? "
      "AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.alert_id = alerts.id "
      "AND d.revision = alerts.revision) "
      "AND NOT EXISTS (SELECT 1 FROM revocations r WHERE r.alert_id = alerts.id "
      "AND r.token IS NOT NULL)",
      before);
  if (!alerts) return alerts;
  if (auto done = transaction->Commit(); !done) return std::unexpected(done.error());
  if (auto shrunk = db.Script("PRAGMA incremental_vacuum(1000)"); !shrunk)
    return std::unexpected(shrunk.error());
  return *deliveries + *alerts;
}

}  // namespace leaktrip

// Store: what must survive a crash, in one SQLite file (WAL, synchronous=FULL).
//
// Commit() is one transaction over alerts, their deliveries, revocation proposals, detector state
// and offsets: after a crash either all of it is there or none. Alerts have deterministic ids and
// revisions, so a replay changes nothing.
//
// Threads: each thread opens its own Store over the same folder (SQLite locks between them). Files
// are owner-only. Failure: kFull when the disk or outbox_max_megabytes is reached (nothing was
// written; the pipeline stops reading and tries again), kUnavailable when another connection held
// the lock too long, kIo otherwise. A damaged file is moved aside with its name in the log and a
// new one begins; only the first opener of a process may do that (recover), the others refuse.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/ingest/source.h"
#include "detectors/alert.h"
#include "detectors/base/result.h"
#include "detectors/base/secret.h"

namespace leaktrip {

struct StateChange {
  std::string key;
  std::optional<std::string> value;  // nullopt: the key is gone
};

// A token whose revocation is proposed with this commit; stored encrypted. A second proposal of the
// same fingerprint and action changes nothing, unless the first ended as a dry run.
struct RevocationProposal {
  std::string alert_id;
  std::string fingerprint;  // hex
  std::string action;       // name of the configured action
  std::string kind;         // of the token, for the request
  std::string provider;
  RevocationMode mode = RevocationMode::kApprove;  // when proposed; a later mode frees no more
  Severity release_at = Severity::kInfo;  // nothing happens by itself before the alert is this bad
  std::string refused;  // why a guard refuses it for good; the token is not stored then
  Secret token;
};

struct CommitUnit {
  std::vector<Alert> alerts;
  std::vector<RevocationProposal> proposals;
  std::vector<StateChange> state;
  std::vector<PartitionOffset> offsets;
};

enum class DeliveryState { kPending, kDelivered, kDead };

struct Delivery {
  int64_t seq = 0;
  std::string id;  // webhook-id: alert id, revision and endpoint; stable over retries
  std::string alert_id;
  uint32_t revision = 0;
  std::string endpoint;
  DeliveryState state = DeliveryState::kPending;
  int attempts = 0;
  Millis due = 0;  // wall time of the next attempt
  Millis created = 0;
  std::string last_error;  // short, without a secret
  std::string body;        // the JSON that is sent
};

// An endpoint that gets a delivery row for each alert revision at or above its severity.
struct DeliveryTarget {
  std::string name;
  Severity min_severity = Severity::kLow;
};

class Store {
 public:
  struct Options {
    std::string dir;
    int64_t max_megabytes = 1024;
    std::vector<DeliveryTarget> targets = {};
    std::string revocation_key = {};  // 32 bytes for AES-256-GCM; empty: proposals are refused
    bool recover = true;              // move a damaged file aside and begin anew
  };

  static Result<std::unique_ptr<Store>> Open(Options options);
  ~Store();
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  // now is wall time, for created and due.
  Result<void> Commit(const CommitUnit& unit, Millis now);

  Result<std::vector<PartitionOffset>> Offsets();
  Result<std::vector<StateChange>> State();         // all keys
  Result<std::vector<Alert>> Alerts(size_t limit);  // newest first, every revision
  // Where a damaged file was moved by Open(), or empty.
  const std::string& moved_aside() const;
  Result<int64_t> Bytes();  // in use, free pages not counted

 private:
  friend class Outbox;
  friend class RevocationTable;
  friend class AuditLog;
  struct Impl;
  explicit Store(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace leaktrip

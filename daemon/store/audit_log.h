// AuditLog: who did what to which token, when, and why; a table that only grows.
//
// Each row holds the hash of the row before it (`prev`) and its own: SHA-256 over all of its fields
// and prev, each with its length before it, so that no two rows read alike. A change anywhere
// breaks the chain from there on. A cut-off end shows only against SQLite's own count of rows or a
// hash that was noted elsewhere.
//
// Rows are written in the transaction of the step they tell of. Subjects are fingerprints, never
// tokens. Threads: that of its Store.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/store/sqlite.h"
#include "daemon/store/store.h"

namespace leaktrip {

struct AuditRow {
  int64_t seq = 0;
  Millis ts = 0;
  std::string actor;    // "leaktrip", "pipeline" or "operator:<user>"
  std::string action;   // a state of a revocation, or "fuse-blown", "fuse-reset", "resumed", …
  std::string subject;  // "token:<sha256>" or "fuse"
  std::string detail;
  std::string prev;
  std::string hash;
};

// What a writer says of a step; the rest is the chain's.
struct AuditEntry {
  std::string_view actor;
  std::string_view action;
  std::string_view subject;
  std::string_view detail;
};

// REQUIRES: inside a transaction of db.
Result<void> AppendAudit(Database& db, const AuditEntry& entry, Millis now);

class AuditLog {
 public:
  explicit AuditLog(Store& store) : store_(store) {}  // store must outlive this

  Result<std::vector<AuditRow>> List(int64_t after_seq, size_t limit);
  // The number of rows; an error names the first row that does not hold.
  Result<int64_t> Verify();

 private:
  Store& store_;
};

}  // namespace leaktrip

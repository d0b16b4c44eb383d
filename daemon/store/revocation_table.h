// RevocationTable: the rows behind the revocation state machine.
//
//   proposed -> approved -> sent -> acknowledged -> confirmed
//   proposed -> refused | dry-run;  approved -> dry-run;  sent | acknowledged -> failed
//
// Every step is one transaction with its audit row, and a step from a state that the row has left
// meanwhile does nothing. `sent` is written before the request (the intent, open_intent) and again
// after it (the outcome). The token is sealed while it may still be needed and gone in a final
// state.
//
// The fuse: when more than N automatic approvals fall into one minute it blows, in the same
// transaction. While it is blown every proposal that would go out by itself is held: it waits for
// an operator, one by one. ResetFuse() frees later proposals only.
//
// Threads: that of its Store, which must outlive it. Times are wall times.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/store/sqlite.h"
#include "daemon/store/store.h"

namespace leaktrip {

enum class RevocationState : uint8_t {
  kProposed,
  kApproved,
  kSent,
  kAcknowledged,
  kConfirmed,
  kRefused,
  kFailed,
  kDryRun
};
std::string_view Name(RevocationState state);  // "proposed" … "dry-run"
std::optional<RevocationState> ParseRevocationState(std::string_view name);
bool IsFinal(RevocationState state);
std::string_view Name(RevocationMode mode);  // "off", "dry-run", "approve", "auto"

struct Revocation {
  int64_t seq = 0;
  std::string alert_id;
  std::string fingerprint;  // hex
  std::string action;
  std::string kind;
  std::string provider;
  RevocationMode mode = RevocationMode::kApprove;  // when it was proposed
  RevocationState state = RevocationState::kProposed;
  std::string held;  // why it waits for an operator although the mode is auto, or empty
  int attempts = 0;
  Millis due = 0;  // of the next attempt
  Millis created = 0;
  Millis updated = 0;
  bool open_intent = false;  // an attempt began and its outcome is not known
  std::optional<Millis> acknowledged;
  std::string detail;  // of the last step, without a secret
};

struct RevocationStep {
  RevocationState to = RevocationState::kProposed;
  std::string actor = "leaktrip";
  std::string detail;
};

// REQUIRES: inside a transaction. Seals the token with key.
Result<void> PutProposal(Database& db, std::string_view key, const RevocationProposal& proposal,
                         Millis now);

class RevocationTable {
 public:
  explicit RevocationTable(Store& store) : store_(store) {}

  // Newest first; nullopt: every state.
  Result<std::vector<Revocation>> List(std::optional<RevocationState> state, size_t limit);
  Result<Revocation> Get(int64_t seq);  // kNotFound
  // Rows of a state that are due, oldest first.
  Result<std::vector<Revocation>> Due(RevocationState state, Millis now, size_t limit);
  Result<Secret> Token(const Revocation& row);

  // False when the row is no longer in row.state.
  Result<bool> Move(const Revocation& row, const RevocationStep& step, Millis now);
  // The outcome of an attempt that is to be repeated at `due`.
  Result<void> Postpone(const Revocation& row, Millis due, std::string_view detail, Millis now);
  // An audit row that changes nothing.
  Result<void> Note(const Revocation& row, const RevocationStep& step, std::string_view action,
                    Millis now);

  // Takes up to limit proposals made in this mode (auto or dry-run) whose alert is severe enough:
  // a dry run ends them, auto approves or holds them by the fuse. What was moved, in its new state.
  Result<std::vector<Revocation>> Release(RevocationMode mode, int fuse_per_minute, size_t limit,
                                          Millis now);
  Result<bool> FuseBlown();
  Result<void> ResetFuse(std::string_view actor, Millis now);

 private:
  Store& store_;
};

}  // namespace leaktrip

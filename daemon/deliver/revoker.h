// Revoker: takes proposals from the store through the state machine of revocation_table.h.
//
// Modes. off: nothing is proposed or sent. dry-run: a released proposal ends as `dry-run`, fully
// written and never sent. approve: an operator's `revoke approve` sends. auto: the fuse permitting,
// sends by itself; a proposal made under another mode still waits for an operator. Going back to a
// stricter mode stops what is not yet sent.
//
// The intent is committed before each request. After a crash with an intent and no outcome the
// guards are checked again and the request is repeated: both actions take a repeat without harm.
// Errors of transport, 5xx, 408, 425 and 429 follow kRevocationSchedule; any other reply but 2xx
// fails at once.
//
// After the acknowledgement: the Judge is told (announce; again after a restart, so it must be
// idempotent). Then a denied use confirms, a use that succeeds fails it, and silence for
// confirm_after_secs confirms. Uses seen but not yet noted are lost in a crash; the Judge raises a
// use of a revoked token by itself all the same.
//
// Threads: its own, with its own connection to the store; Propose(), NoteUse() and Wake() from any.
// announce is called on its thread. RunDue() is for tests and needs no thread.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <vector>

#include "daemon/deliver/endpoint.h"
#include "daemon/ops/clock.h"
#include "daemon/ops/metrics.h"
#include "daemon/store/store.h"
#include "detectors/access/knowledge.h"
#include "detectors/alert.h"
#include "detectors/leak/finding.h"

namespace leaktrip {

class Revoker {
 public:
  using Announce = std::function<void(Fingerprint, RevocationFact)>;

  struct Options {
    Store::Options store;  // as the pipeline opens it, with the revocation key; opened anew here
    RevocationConfig config;
    std::vector<RevocationAction> actions;
    Announce announce;  // may be empty
    const Clock* clock = &Clock::System();
    Metrics* metrics = nullptr;  // may be absent
    uint64_t seed = 0;           // of the jitter
  };

  static Result<std::unique_ptr<Revoker>> Make(Options options);
  ~Revoker();
  Revoker(const Revoker&) = delete;
  Revoker& operator=(const Revoker&) = delete;

  // What goes into the CommitUnit with the alert that the finding raised.
  std::vector<RevocationProposal> Propose(const Alert& alert, const Finding& finding) const;
  // A use of any token, at the time of its event.
  void NoteUse(const Fingerprint& token, bool succeeded, Millis ts);

  void Start();
  void Wake();  // after a commit that holds proposals or raises an alert
  void Stop(std::chrono::milliseconds deadline);
  void RunDue();

 private:
  struct Impl;
  explicit Revoker(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace leaktrip

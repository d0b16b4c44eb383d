// Committer: one transaction for all that was judged, then the offsets to the broker, then the
// hooks. The order is the promise: what a crash interrupts is read again, and its alerts have the
// same ids.
//
// When: at once with alerts, but at most 50 times a second; else every 250 ms; more rarely when
// transactions take long, so that they never take more than a fifth of the time. When the store is
// full or fails, the same unit is tried again until it succeeds: reading has stopped by then, since
// nothing is judged meanwhile. Nothing is dropped.
//
// Threads: the judge thread; GiveUp() and healthy() from any.
#pragma once

#include <atomic>
#include <functional>

#include "daemon/ingest/source.h"
#include "daemon/ops/clock.h"
#include "daemon/ops/metrics.h"
#include "daemon/store/store.h"

namespace leaktrip {

class Committer {
 public:
  struct Options {
    Store* store = nullptr;
    Source* source = nullptr;
    const Clock* clock = &Clock::System();
    Metrics* metrics = nullptr;             // may be absent
    std::function<void()> committed;        // after a unit with alerts or proposals
    std::function<void()> waiting = [] {};  // called on every failed attempt
  };

  explicit Committer(Options options);

  // How long to wait before a commit is due; 0: now.
  Millis Wait(bool has_alerts) const;
  // False only after GiveUp(): the unit is lost from memory, but not from Kafka. From then on no
  // unit is taken, because its offsets would lie behind the one that was lost.
  bool Commit(const CommitUnit& unit);
  void GiveUp() { give_up_ = true; }
  bool healthy() const { return healthy_; }  // the last attempt succeeded

 private:
  bool CommitOnce(const CommitUnit& unit);
  void OnFailure(const Error& error);
  void OnSuccess(const CommitUnit& unit);

  const Options options_;
  Millis last_commit_ = 0;    // monotonic
  Millis last_duration_ = 0;  // of a transaction
  bool gave_up_ = false;
  std::atomic<bool> give_up_ = false;
  std::atomic<bool> healthy_ = true;
};

}  // namespace leaktrip

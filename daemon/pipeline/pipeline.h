// Pipeline: from batches of records to committed alerts.
//
//   ingest thread -> jobs -> workers (scan, parse) -> results -> judge thread (judge, commit)
//
// At most `in_flight` batches are between source and judge. When there is no room the source is not
// polled (back-pressure); nothing is dropped. Batches are judged in the order in which they came,
// whatever the number of workers.
//
// Ownership: source, store and judge are the caller's and outlive the pipeline; the store and the
// judge are used on the judge thread only, from Start() on. Threads: every function here from any
// thread, except Start(), Stop() and the destructor: one thread.
#pragma once

#include <chrono>
#include <memory>

#include "daemon/ingest/source.h"
#include "daemon/ops/clock.h"
#include "daemon/ops/metrics.h"
#include "daemon/pipeline/batch_scanner.h"
#include "daemon/pipeline/hooks.h"
#include "daemon/store/store.h"
#include "detectors/judge.h"

namespace leaktrip {

class Pipeline {
 public:
  struct Options {
    Source* source = nullptr;
    Store* store = nullptr;
    Judge* judge = nullptr;  // restored, see RestoreJudge()
    std::shared_ptr<const RuleSet> rules;
    int workers = 0;  // 0: one per core
    size_t max_record_bytes = 1 << 20;
    AccessParser::Options parsing;  // formats and trusted proxies
    Millis max_ahead = 300'000;     // see BatchScanner
    bool exit_at_end = false;       // end by itself when the source is at its end
    PipelineHooks hooks;
    EngineMaker make_engine = MakeEngine;
    const Clock* clock = &Clock::System();
    Metrics* metrics = nullptr;  // may be absent
  };

  explicit Pipeline(Options options);
  ~Pipeline();
  Pipeline(const Pipeline&) = delete;
  Pipeline& operator=(const Pipeline&) = delete;

  void Start();
  // Stops reading; with drain, judges and commits what is in flight. False when that is not done by
  // the deadline: then a thread hangs, and the process has to end by _exit() without destroying
  // what the pipeline uses. What was not committed is read again.
  bool Stop(bool drain, std::chrono::milliseconds deadline);

  // For the batches that follow; those in flight keep theirs.
  void SetRules(std::shared_ptr<const RuleSet> rules);
  void SetParsing(AccessParser::Options parsing);
  // A revocation that was acknowledged, or that the issuer reported.
  void Announce(const Fingerprint& token, RevocationFact fact);

  // True once the pipeline has ended by itself: at the end, or because the source failed.
  bool WaitEnded(std::chrono::milliseconds wait);
  Result<void> outcome() const;  // why it ended
  // Rises while batches advance, while the source is idle and while a full store is tried again;
  // what the watchdog looks at.
  uint64_t progress() const;
  bool healthy() const;  // the store takes what it is given

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;  // shared with the threads, for the sake of one that hangs
};

}  // namespace leaktrip

// JudgeStage: results of the workers, in the order of their batches, to one CommitUnit.
//
// Events and findings are judged in the order of their records; within a record the access comes
// first, because a request happens before its line is read as a leak. The unit holds everything
// judged since the last TakeUnit(), so that state and offsets always agree.
//
// One thread: the judge thread.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "daemon/ops/clock.h"
#include "daemon/ops/metrics.h"
#include "daemon/pipeline/hooks.h"
#include "daemon/pipeline/scan_result.h"
#include "daemon/store/store.h"
#include "detectors/judge.h"

namespace leaktrip {

class JudgeStage {
 public:
  JudgeStage(Judge* judge, const PipelineHooks* hooks, const Clock* clock, Metrics* metrics)
      : judge_(judge), hooks_(hooks), clock_(clock), metrics_(metrics), told_(Totals()) {}

  void Take(const ScanResult& result);
  void OnRevocation(const Fingerprint& token, RevocationFact fact);

  bool dirty() const { return dirty_; }
  bool has_alerts() const { return !unit_.alerts.empty(); }
  // With the state that changed and the offsets that were reached.
  CommitUnit TakeUnit();

 private:
  void OnFinding(const Finding& finding, const SourceRecord& record, const RecordPlace& place);
  void OnEvent(const AccessEvent& event);
  void TakeAlerts(const Finding* finding);
  void NoteOffsets(const std::vector<SourceRecord>& records);
  void TellMetrics();
  std::map<std::string, uint64_t> Totals() const;  // of what raised no alert, by reason

  Judge* judge_;
  const PipelineHooks* hooks_;
  const Clock* clock_;
  Metrics* metrics_;
  CommitUnit unit_;
  std::map<std::pair<std::string, int32_t>, int64_t, std::less<>> next_;
  Millis newest_ = 0;                     // time of the newest record taken
  std::map<std::string, uint64_t> told_;  // the totals that metrics know of
  bool dirty_ = false;
};

// Gives a new Judge what the store kept. Keys that it refuses are counted and logged: that state
// begins anew.
Result<void> RestoreJudge(Store* store, Judge* judge, Metrics* metrics);

}  // namespace leaktrip

#include "daemon/pipeline/judge_stage.h"

#include <algorithm>
#include <limits>

#include "daemon/ops/log.h"

namespace leaktrip {

void JudgeStage::Take(const ScanResult& result) {
  const std::vector<SourceRecord>& records = result.job.batch->records();
  constexpr size_t kNone = std::numeric_limits<size_t>::max();
  auto event = result.events.begin();
  auto finding = result.findings.begin();
  while (event != result.events.end() || finding != result.findings.end()) {
    const size_t next_event = event == result.events.end() ? kNone : event->record;
    const size_t next_finding = finding == result.findings.end() ? kNone : finding->record;
    if (next_event <= next_finding) {
      OnEvent((event++)->event);
    } else {
      const auto number = static_cast<size_t>(finding - result.findings.begin());
      OnFinding(*finding++, records[next_finding], result.places[number]);
    }
  }
  TakeAlerts(nullptr);
  NoteOffsets(records);
  dirty_ = true;
}

void JudgeStage::OnFinding(const Finding& finding, const SourceRecord& record,
                           const RecordPlace& place) {
  TakeAlerts(nullptr);  // what the events before it raised is not its own
  judge_->OnFinding(finding, {.topic = record.topic,
                              .partition = record.partition,
                              .offset = record.offset,
                              .ts = record.ts,
                              .host = place.host,
                              .path = place.path});
  TakeAlerts(&finding);
}

void JudgeStage::OnEvent(const AccessEvent& event) {
  judge_->OnAccess(event);
  if (event.token && hooks_->used) hooks_->used(event);
}

void JudgeStage::OnRevocation(const Fingerprint& token, RevocationFact fact) {
  judge_->OnRevocation(token, std::move(fact));
  TakeAlerts(nullptr);
  dirty_ = true;
}

void JudgeStage::TakeAlerts(const Finding* finding) {
  for (Alert& alert : judge_->TakeAlerts()) {
    if (finding != nullptr && alert.leak && hooks_->propose) {
      for (RevocationProposal& proposal : hooks_->propose(alert, *finding)) {
        unit_.proposals.push_back(std::move(proposal));
      }
    }
    if (metrics_ != nullptr) {
      metrics_->Count("alerts_total", 1,
                      {{"detector", alert.detector},
                       {"rule", alert.leak ? alert.leak->rule : ""},
                       {"severity", std::string(Name(alert.severity))}});
    }
    unit_.alerts.push_back(std::move(alert));
  }
}

void JudgeStage::NoteOffsets(const std::vector<SourceRecord>& records) {
  // Runs of one partition: only the last record of each counts.
  for (size_t i = 0; i < records.size(); ++i) {
    const SourceRecord& record = records[i];
    newest_ = std::max(newest_, record.ts);
    const bool last = i + 1 == records.size() || records[i + 1].partition != record.partition ||
                      records[i + 1].topic != record.topic;
    if (last) next_[{std::string(record.topic), record.partition}] = record.offset + 1;
  }
}

CommitUnit JudgeStage::TakeUnit() {
  judge_->Save([this](std::string_view key, std::optional<std::string_view> value) {
    unit_.state.push_back({std::string(key), value ? std::optional<std::string>(*value)
                                                   : std::optional<std::string>()});
  });
  for (const auto& [key, next] : next_) unit_.offsets.push_back({key.first, key.second, next});
  next_.clear();
  dirty_ = false;
  TellMetrics();
  return std::exchange(unit_, {});
}

std::map<std::string, uint64_t> JudgeStage::Totals() const {
  const DetectorSet& detectors = judge_->detectors();
  std::map<std::string, uint64_t> totals = {{"low-confidence", judge_->ignored_findings()},
                                            {"capped", detectors.capped()}};
  for (const auto& [detector, number] : detectors.simulated()) totals["simulated"] += number;
  return totals;
}

void JudgeStage::TellMetrics() {
  if (metrics_ == nullptr) return;
  metrics_->Set("open_alerts", static_cast<double>(judge_->open_alerts()));
  if (newest_ > 0) {
    const Millis age = std::max<Millis>(0, clock_->Wall() - newest_);
    metrics_->Set("consumer_lag_seconds", static_cast<double>(age) / 1000);
  }
  for (const auto& [reason, total] : Totals()) {
    uint64_t& told = told_[reason];
    if (total > told)
      metrics_->Count("alerts_suppressed_total", static_cast<double>(total - told),
                      {{"reason", reason}});
    told = total;
  }
  for (const auto& detector : judge_->detectors().detectors()) {
    const Labels labels = {{"detector", std::string(detector->id())}};
    metrics_->Set("state_entries", static_cast<double>(detector->entries()), labels);
    metrics_->Set("state_evictions", static_cast<double>(detector->evictions()), labels);
  }
}

Result<void> RestoreJudge(Store* store, Judge* judge, Metrics* metrics) {
  const auto state = store->State();
  if (!state) return std::unexpected(state.error());
  size_t refused = 0;
  for (const StateChange& item : *state) {
    if (!judge->Restore(item.key, item.value.value_or(""))) ++refused;
  }
  if (refused > 0) {
    spdlog::error("{} of {} entries of the stored state cannot be read; they begin anew", refused,
                  state->size());
    if (metrics != nullptr) {
      metrics->Count("errors_total", static_cast<double>(refused),
                     {{"stage", "state"}, {"type", "unreadable"}});
    }
  }
  return {};
}

}  // namespace leaktrip

// DetectorSet: all detectors of a configuration with the knowledge they share. One thread owns it.
//
// Before the detectors see an event its time is checked (event_clock.h) and the allow list is asked
// (allow_list.h); after them anomalies of detectors in simulation are counted and dropped, and what
// no budget governs is capped (alert_cap.h). A source that an anomaly is about is on probation: the
// detectors go on treating it as unfamiliar for six days, or an intruder's second visit would be a
// habit.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "detectors/access/alert_cap.h"
#include "detectors/access/allow_list.h"
#include "detectors/access/detector.h"
#include "detectors/access/event_clock.h"
#include "detectors/access/knowledge.h"
#include "detectors/base/result.h"
#include "detectors/base/yaml.h"

namespace leaktrip {

class DetectorSet {
 public:
  // access_files: path relative to the rules folder ("access/failed-attempts.yaml") to text,
  // shipped and overriding. Beside one file per detector, `enabled`, `simulate`, `severity` and its
  // own keys, there are general.yaml and allow-list.yaml.
  static std::unique_ptr<DetectorSet> Make(const std::map<std::string, std::string>& shipped,
                                           const std::map<std::string, std::string>& override_files,
                                           std::shared_ptr<const Networks> networks,
                                           Errors* errors);

  void Observe(const AccessEvent& event, std::vector<Anomaly>* anomalies);
  void SetAlertsPerDay(double per_day);
  Knowledge& knowledge();
  const std::vector<std::unique_ptr<Detector>>& detectors() const;

  // Anomalies that were not raised: of detectors in simulation by detector, and above the cap.
  const std::map<std::string_view, uint64_t>& simulated() const { return simulated_; }
  uint64_t capped() const;
  uint64_t clamped_times() const { return clock_.clamped(); }

  // Keys come as "<detector id>/<key>", "knowledge/<key>" and "set".
  void Save(const StateSink& sink);
  bool Restore(std::string_view key, std::string_view value);

 private:
  struct Member {
    uint64_t bit = 0;  // in the allow list
    bool simulate = false;
    AlertCap cap;
  };

  void Filter(const AccessEvent& event, size_t member, size_t from,
              std::vector<Anomaly>* anomalies);

  std::shared_ptr<const Networks> networks_;
  std::unique_ptr<Knowledge> knowledge_;
  std::vector<std::unique_ptr<Detector>> detectors_;
  std::vector<Member> members_;  // by index of the detector
  AllowList allow_;
  EventClock clock_;
  uint64_t most_a_day_ = 0;
  std::map<std::string_view, uint64_t> simulated_;
};

}  // namespace leaktrip

// DetectorSet: all detectors of a configuration with the knowledge they share. One thread owns it.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "detectors/access/detector.h"
#include "detectors/access/knowledge.h"
#include "detectors/base/result.h"
#include "detectors/base/yaml.h"

namespace leaktrip {

// Settings of one detector from rules/access/<id>.yaml: `enabled`, `severity` and its own keys.
class DetectorSet {
 public:
  // access_files: path relative to the rules folder ("access/failed-attempts.yaml") to text,
  // shipped and overriding.
  static std::unique_ptr<DetectorSet> Make(const std::map<std::string, std::string>& shipped,
                                           const std::map<std::string, std::string>& override_files,
                                           std::shared_ptr<const Networks> networks,
                                           Errors* errors);

  void Observe(const AccessEvent& event, std::vector<Anomaly>* anomalies);
  void SetAlertsPerDay(double per_day);
  Knowledge& knowledge();
  const std::vector<std::unique_ptr<Detector>>& detectors() const;

  // Keys come as "<detector id>/<key>" and "knowledge/<key>".
  void Save(const StateSink& sink);
  bool Restore(std::string_view key, std::string_view value);

 private:
  std::shared_ptr<const Networks> networks_;
  std::unique_ptr<Knowledge> knowledge_;
  std::vector<std::unique_ptr<Detector>> detectors_;
};

}  // namespace leaktrip

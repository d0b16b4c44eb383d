// Alert: what people see; findings and anomalies merged under one stable id.
//
// A leaked token and every use of it are one alert: its id comes from the fingerprint alone,
// whichever came first. An anomaly without a leaked token takes its id from detector, entity and
// the start of its case. Replaying the same records gives the same ids. Severity only rises; each
// rise is a new revision and is delivered again.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "detectors/base/level.h"
#include "detectors/base/time.h"

namespace leaktrip {

// Where a secret was found; bounded lists of distinct values.
struct LeakPlace {
  std::string topic;  // or file
  int32_t partition = -1;
  int64_t offset = -1;
};

struct LeakDetails {
  std::string rule;
  std::string provider;
  std::string kind;
  std::string redacted;
  std::string fingerprint;  // hex
  Confidence confidence = Confidence::kLow;
  std::vector<std::string> decoded;
  std::optional<Millis> expires;
  LeakPlace first;
  uint64_t count = 0;
  Millis first_seen = 0;
  Millis last_seen = 0;
  std::vector<std::string> topics;  // at most 16, like hosts and paths
  std::vector<std::string> hosts;   // that wrote the records, where they say so
  std::vector<std::string> paths;   // of requests or log files, without what looks random
  std::string revocation;  // how it is revoked: name of a file in rules/revocation, or empty
};

struct Alert {
  std::string id;         // "lt-" and 24 hex digits
  uint32_t revision = 1;  // rises with the severity
  std::string type;       // "leak.detected", "leak.updated", "leak.revoked", "access.anomaly"
  Millis ts = 0;          // time of the event that raised this revision
  std::string detector;   // "leak" or the id of the detector that raised this revision
  std::string entity;
  std::vector<std::string> entities;  // at most 32
  double score = 0;
  double threshold = 0;
  Severity severity = Severity::kMedium;
  std::string summary;
  std::vector<std::string> reasons;
  std::optional<LeakDetails> leak;
};

// "lt-" + 24 hex digits of SHA-256 over the parts, each followed by a NUL.
std::string AlertId(const std::vector<std::string_view>& parts);
// One line of JSON, keys in the order of the contract, bad UTF-8 replaced.
std::string AlertJson(const Alert& alert);
// The inverse, for what the store kept; nullopt for anything AlertJson() did not write.
std::optional<Alert> ParseAlert(std::string_view json);

}  // namespace leaktrip

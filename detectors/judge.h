// Judge: the correlation. Findings and AccessEvents in, alerts out; the last pure step before the
// store.
//
// A finding and the use of the same token become one alert with one id, whichever came first. The
// same secret in a million records is one alert with a count, the first and last time, and the
// topics, hosts and paths it stood in (bounded); it is raised again when its severity
// rises, when a leaked token is used (again when the use gets worse: refused, used, used from a
// place its owner is not known from, used after its revocation), and when a new case begins on a
// token whose alert was quiet for a day; not when the count does.
//
// Types: "leak.detected" is the first revision that knows of the leak, "leak.updated" a later one,
// "leak.revoked" use after the revocation of a leaked token, "access.anomaly" everything else. A
// leak that somebody else reported is remembered, and raised when the token is used.
//
// Threads: one owns it. Deterministic: same input in the same order, same alerts, whatever the
// batching. State is bounded (max_open_alerts, least recently touched leaves first, counted) and
// saved by key together with that of the detectors.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "detectors/access/detector_set.h"
#include "detectors/alert.h"
#include "detectors/leak/finding.h"

namespace leaktrip {

// Where a finding's record came from.
struct RecordOrigin {
  std::string_view topic;
  int32_t partition = -1;
  int64_t offset = -1;
  Millis ts = 0;          // the record's own time
  std::string_view host;  // see record_place.h; empty: not known
  std::string_view path;
};

class Judge {
 public:
  struct Options {
    size_t max_open_alerts = 100'000;
    Confidence least_confidence = Confidence::kMedium;  // findings below are counted, not raised
  };

  Judge(std::unique_ptr<DetectorSet> detectors, Options options);
  ~Judge();
  Judge(const Judge&) = delete;
  Judge& operator=(const Judge&) = delete;

  void OnFinding(const Finding& finding, const RecordOrigin& origin);
  void OnAccess(const AccessEvent& event);
  // Leaks reported by somebody else, and revocations, ours (after the acknowledgement) or the
  // issuer's.
  void OnLeakReport(const Fingerprint& token, LeakFact fact);
  void OnRevocation(const Fingerprint& token, RevocationFact fact);

  // Alerts raised or raised again since the last call, in order. REQUIRES: called before Save().
  std::vector<Alert> TakeAlerts();
  DetectorSet& detectors();

  void Save(const StateSink& sink);
  bool Restore(std::string_view key, std::string_view value);
  size_t open_alerts() const;
  uint64_t evictions() const;         // of open alerts
  uint64_t ignored_findings() const;  // below least_confidence

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace leaktrip

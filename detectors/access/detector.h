// Detector: judges AccessEvents. Every detector has the same five functions and owns its state.
//
// Detectors take values and return values: no thread, clock, file, socket or logger. Time comes in
// with the event. Determinism: the same events in the same order give the same anomalies, ids
// included, whatever the batching, and a detector restored from its saved state goes on as if it
// had never stopped. State is bounded: when its table is full the entry unused for longest goes,
// and evictions() counts it.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "detectors/access/access_event.h"
#include "detectors/base/level.h"

namespace leaktrip {

class Knowledge;

// A detector's verdict. entity is "ip:…", "cidr:…", "user:…", "token:<sha256>", "asn:…",
// "country:…", "path:…" or "global".
struct Anomaly {
  std::string_view detector;  // id of the detector, static
  Millis ts = 0;              // of the event that tipped it
  Millis started =
      0;  // of the first event of this case: with detector and entity it names the case
  std::string entity;
  std::vector<std::string> entities;  // all that take part, entity first; at most 32
  double score = 0;
  double threshold = 0;
  Severity severity = Severity::kMedium;
  std::string summary;  // one sentence
  std::vector<std::string>
      reasons;  // the facts that weighed most, in words, heaviest first; at least one
};

// Receives state that changed since the last Save(): value, or nullopt for a key that is gone.
using StateSink = std::function<void(std::string_view key, std::optional<std::string_view> value)>;

class Detector {
 public:
  virtual ~Detector() = default;
  virtual std::string_view id() const = 0;
  // Judges one event with what is known before it; appends to *anomalies. Knowledge is updated
  // after all detectors have seen the event.
  virtual void Observe(const AccessEvent& event, const Knowledge& knowledge,
                       std::vector<Anomaly>* anomalies) = 0;
  // Writes what changed since the last Save().
  virtual void Save(const StateSink& sink) = 0;
  // Takes back one key as Save() wrote it; false when the bytes are not of this version.
  virtual bool Restore(std::string_view key, std::string_view value) = 0;
  // About how many anomalies a day are wanted; 0: fixed thresholds. Detectors without a calibrated
  // score ignore it.
  virtual void SetAlertsPerDay(double /*per_day*/) {}
  virtual size_t entries() const = 0;
  virtual uint64_t evictions() const = 0;
};

}  // namespace leaktrip

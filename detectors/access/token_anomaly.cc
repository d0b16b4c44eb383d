#include "detectors/access/token_anomaly.h"

#include "detectors/access/words.h"

namespace leaktrip {

Anomaly TokenAnomaly(std::string_view detector, const AccessEvent& event, Millis started) {
  Anomaly anomaly;
  anomaly.detector = detector;
  anomaly.ts = event.ts;
  anomaly.started = started;
  anomaly.entity = TokenEntity(*event.token);
  anomaly.entities = {anomaly.entity};
  if (!event.user.empty()) anomaly.entities.push_back(UserEntity(event.user));
  if (event.client_ip) anomaly.entities.push_back(SourceEntity(*event.client_ip));
  return anomaly;
}

}  // namespace leaktrip

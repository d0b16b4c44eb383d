// Small alerts and commit units for tests of the store and of delivery.
#pragma once

#include <string>
#include <utility>

#include "daemon/store/store.h"
#include "detectors/base/fingerprint.h"

namespace leaktrip::test {

inline Alert MakeAlert(const std::string& name, Severity severity = Severity::kHigh,
                       uint32_t revision = 1) {
  Alert alert;
  alert.id = AlertId({name});
  alert.revision = revision;
  alert.type = "leak.detected";
  alert.ts = 1'700'000'000'000;
  alert.detector = "leak";
  alert.entity = "token:" + Fingerprint::OfToken(name).Hex();
  alert.entities = {alert.entity};
  alert.severity = severity;
  alert.summary = "A token leaked";
  alert.reasons = {"it was found"};
  return alert;
}

inline RevocationProposal MakeProposal(const std::string& name, const std::string& token,
                                       RevocationMode mode = RevocationMode::kAuto,
                                       const std::string& action = "platform") {
  RevocationProposal proposal;
  proposal.alert_id = AlertId({name});
  proposal.fingerprint = Fingerprint::OfToken(token).Hex();
  proposal.action = action;
  proposal.kind = "api-token";
  proposal.provider = "example";
  proposal.mode = mode;
  proposal.token = Secret(token);
  return proposal;
}

}  // namespace leaktrip::test

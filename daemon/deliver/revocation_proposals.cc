#include "daemon/deliver/revocation_proposals.h"

#include <algorithm>

#include "detectors/leak/rule.h"

namespace leaktrip {
namespace {

bool Holds(const std::vector<std::string>& list, const std::string& value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

bool Fits(const RevocationActionConfig& action, const Rule& rule) {
  if (rule.guessable && !Holds(action.kinds, rule.kind)) return false;
  return (action.kinds.empty() || Holds(action.kinds, rule.kind)) &&
         (action.providers.empty() || Holds(action.providers, rule.provider));
}

}  // namespace

std::vector<RevocationProposal> ProposeRevocations(const RevocationConfig& config,
                                                   const Alert& alert, const Finding& finding) {
  std::vector<RevocationProposal> proposals;
  if (config.mode == RevocationMode::kOff || finding.confidence < config.min_confidence ||
      finding.secret.empty())
    return proposals;
  const std::string fingerprint = finding.fingerprint.Hex();
  const bool never = Holds(config.never, fingerprint);
  for (const RevocationActionConfig& action : config.actions) {
    if (!Fits(action, *finding.rule)) continue;
    RevocationProposal proposal;
    proposal.alert_id = alert.id;
    proposal.fingerprint = fingerprint;
    proposal.action = action.name;
    proposal.kind = finding.rule->kind;
    proposal.provider = finding.rule->provider;
    proposal.mode = config.mode;
    proposal.release_at = config.min_severity;
    if (never)
      proposal.refused = "on the never list";
    else
      proposal.token = finding.secret.Clone();
    proposals.push_back(std::move(proposal));
  }
  return proposals;
}

}  // namespace leaktrip

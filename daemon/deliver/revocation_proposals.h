// Which revocations a finding gives rise to: the guards that need no state. Pure, any thread.
#pragma once

#include <vector>

#include "daemon/config/config.h"
#include "daemon/store/store.h"
#include "detectors/alert.h"
#include "detectors/leak/finding.h"

namespace leaktrip {

// One proposal per action that fits the token's kind and provider. None when the mode is off or the
// finding is not sure enough. A token on the never list gives refused proposals, for the audit. An
// alert below min_severity gives proposals that wait for it to rise: the token is at hand only now.
// A guessable secret (a password) is proposed only to actions that name its kind.
std::vector<RevocationProposal> ProposeRevocations(const RevocationConfig& config,
                                                   const Alert& alert, const Finding& finding);

}  // namespace leaktrip

// PipelineHooks: how the pipeline tells the rest of the daemon what it saw. Each may be empty; all
// are called on the judge thread and must not block.
#pragma once

#include <functional>
#include <vector>

#include "daemon/store/store.h"
#include "detectors/access/access_event.h"
#include "detectors/leak/finding.h"

namespace leaktrip {

struct PipelineHooks {
  // The revocations that a finding gives rise to; committed with the alert.
  std::function<std::vector<RevocationProposal>(const Alert&, const Finding&)> propose;
  // A use of a token, at the time of its event.
  std::function<void(const AccessEvent&)> used;
  // After a commit that holds alerts or proposals: there is something to deliver.
  std::function<void()> committed;
};

}  // namespace leaktrip

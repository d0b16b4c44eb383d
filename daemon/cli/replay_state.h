// ReplayState: leaves the store that a daemon would have after the same events: alerts and detector
// state, one transaction per batch. Threads: one. Failure: as Store.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "daemon/store/store.h"
#include "detectors/judge.h"

namespace leaktrip {

class ReplayState {
 public:
  // Makes the folder, owner only, when it is not there.
  static Result<std::unique_ptr<ReplayState>> Open(const std::string& dir);
  // The alerts taken from the judge since the last call, and what changed in its state.
  Result<void> Commit(Judge* judge, std::vector<Alert> alerts);

 private:
  explicit ReplayState(std::unique_ptr<Store> store) : store_(std::move(store)) {}

  std::unique_ptr<Store> store_;
};

}  // namespace leaktrip

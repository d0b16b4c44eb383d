#include "daemon/deliver/use_watch.h"

#include <utility>

namespace leaktrip {

void UseWatch::Watch(const Fingerprint& token, Millis acknowledged) {
  const std::lock_guard lock(mutex_);
  watched_.try_emplace(token, Seen{acknowledged, false, false});
  size_ = watched_.size();
}

void UseWatch::Forget(const Fingerprint& token) {
  const std::lock_guard lock(mutex_);
  watched_.erase(token);
  size_ = watched_.size();
}

bool UseWatch::Note(const Fingerprint& token, bool succeeded, Millis ts) {
  if (size_.load(std::memory_order_relaxed) == 0) return false;
  const std::lock_guard lock(mutex_);
  const auto found = watched_.find(token);
  if (found == watched_.end()) return false;
  Seen& seen = found->second;
  if (ts < seen.acknowledged + (succeeded ? kGrace : 0)) return false;
  if (std::exchange(succeeded ? seen.success : seen.denial, true)) return false;
  news_.push_back({token, succeeded, ts});
  return true;
}

std::vector<WatchedUse> UseWatch::Take() {
  const std::lock_guard lock(mutex_);
  return std::exchange(news_, {});
}

}  // namespace leaktrip

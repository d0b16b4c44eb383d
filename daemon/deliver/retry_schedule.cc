#include "daemon/deliver/retry_schedule.h"

#include <algorithm>

namespace leaktrip {

std::optional<Millis> RetryDelay(std::span<const Millis> schedule, int attempts,
                                 std::optional<Millis> retry_after, double random) {
  if (attempts < 0 || static_cast<size_t>(attempts) >= schedule.size()) return std::nullopt;
  const auto base = static_cast<double>(schedule[static_cast<size_t>(attempts)]);
  const auto delay = static_cast<Millis>(base * (0.9 + 0.2 * random));
  return std::max(delay, retry_after.value_or(0));
}

size_t Breaker::Room(Millis now, size_t all) const {
  if (IsOpen(now)) return 0;
  return failures_ >= kFailures ? 1 : all;
}

void Breaker::Succeeded() {
  failures_ = 0;
  pause_ = 0;
  open_until_ = 0;
}

void Breaker::Failed(Millis now, std::optional<Millis> retry_after) {
  ++failures_;
  if (failures_ >= kFailures) {
    pause_ = pause_ == 0 ? kFirstPause : std::min(pause_ * 2, kLongestPause);
    Pause(now + pause_);
  }
  if (retry_after) Pause(now + *retry_after);
}

}  // namespace leaktrip

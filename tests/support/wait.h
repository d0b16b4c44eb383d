// Waits for a condition instead of sleeping for luck. The deadline only ends a test that has
// failed.
#pragma once

#include <chrono>
#include <thread>

namespace leaktrip::test {

template <typename Condition>
bool WaitFor(Condition condition, std::chrono::seconds deadline = std::chrono::seconds(30)) {
  const auto end = std::chrono::steady_clock::now() + deadline;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return true;
}

}  // namespace leaktrip::test

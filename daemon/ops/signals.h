// Signals: SIGHUP, SIGTERM and SIGINT as values from a file descriptor, instead of handlers that
// interrupt anything anywhere.
//
// Block() must run before any thread starts, so that every thread inherits the mask. One owner.
#pragma once

#include <chrono>
#include <memory>

#include "detectors/base/result.h"

namespace leaktrip {

class Signals {
 public:
  enum class Kind { kNone, kReload, kStop };

  static Result<std::unique_ptr<Signals>> Block();
  ~Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  // Waits up to `wait` for a signal; kNone when there was none.
  Kind Wait(std::chrono::milliseconds wait);

 private:
  explicit Signals(int fd) : fd_(fd) {}
  int fd_;
};

}  // namespace leaktrip

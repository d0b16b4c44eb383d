// ServiceManager: what systemd is told, and its watchdog (libsystemd). Without systemd every call
// does nothing.
//
// The watchdog means progress, not that a timer still runs: Watch() is called again and again with
// a number that grows as batches pass (or while the source is idle) and keeps the service alive
// only when that number moved within the watchdog's time.
//
// Threads: one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "detectors/base/time.h"

namespace leaktrip {

class ServiceManager {
 public:
  ServiceManager();

  void Ready(const std::string& status);
  // Reload begins; Ready() ends it. Type=notify-reload of later systemd needs the time as well.
  void Reloading();
  void Stopping();
  void Status(const std::string& status);
  // progress: any number that differs from the last one when the daemon got on. now is monotonic.
  // True when systemd was told that we live.
  bool Watch(uint64_t progress, Millis now);
  // How long the watchdog waits; nullopt: there is none for this process.
  std::optional<Millis> watchdog() const { return watchdog_; }

 private:
  std::optional<Millis> watchdog_;
  std::optional<uint64_t> progress_;
  Millis moved_ = 0;
  Millis told_ = 0;
};

}  // namespace leaktrip

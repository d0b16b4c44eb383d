#include "daemon/ops/service_manager.h"

#include <systemd/sd-daemon.h>

#include <ctime>

namespace leaktrip {
namespace {

void Notify(const std::string& text) { sd_notify(0, text.c_str()); }

// A status is one line of the message, so nothing in it may start another.
std::string OneLine(std::string text) {
  for (char& c : text)
    if (c == '\n' || c == '\r') c = ' ';
  return text;
}

}  // namespace

ServiceManager::ServiceManager() {
  uint64_t micros = 0;
  if (sd_watchdog_enabled(0, &micros) > 0) watchdog_ = static_cast<Millis>(micros / 1000);
}

void ServiceManager::Ready(const std::string& status) {
  Notify("READY=1\nSTATUS=" + OneLine(status));
}

void ServiceManager::Reloading() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  const auto micros =
      static_cast<uint64_t>(now.tv_sec) * 1'000'000 + static_cast<uint64_t>(now.tv_nsec) / 1'000;
  Notify("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(micros));
}

void ServiceManager::Stopping() { Notify("STOPPING=1\nSTATUS=draining"); }

void ServiceManager::Status(const std::string& status) { Notify("STATUS=" + OneLine(status)); }

bool ServiceManager::Watch(uint64_t progress, Millis now) {
  if (progress != progress_) {
    progress_ = progress;
    moved_ = now;
  }
  if (!watchdog_ || now - moved_ >= *watchdog_) return false;
  // Half its time is what systemd advises; a quarter survives one late turn of ours.
  if (told_ != 0 && now - told_ < *watchdog_ / 4) return false;
  told_ = now;
  Notify("WATCHDOG=1");
  return true;
}

}  // namespace leaktrip

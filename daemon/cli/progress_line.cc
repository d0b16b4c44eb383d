#include "daemon/cli/progress_line.h"

#include <fmt/format.h>

#include <condition_variable>
#include <ostream>

#include "daemon/ops/clock.h"

namespace leaktrip {
namespace {

constexpr auto kRedraw = std::chrono::milliseconds(500);

}  // namespace

std::string ProgressText(uint64_t done_disk, uint64_t total_disk, uint64_t bytes, uint64_t found,
                         double seconds) {
  const double megabytes = static_cast<double>(bytes) / 1e6;
  std::string text;
  if (total_disk > 0) text += fmt::format("{} % \u00b7 ", done_disk * 100 / total_disk);
  text += fmt::format("{:.0f} MB \u00b7 {:.0f} MB/s", megabytes, megabytes / seconds);
  if (total_disk > 0 && done_disk > 0) {
    const auto left = static_cast<double>(total_disk - done_disk);
    text += fmt::format(" \u00b7 {:.0f} s left", left * seconds / static_cast<double>(done_disk));
  }
  return text + fmt::format(" \u00b7 {} found", found);
}

ProgressLine::ProgressLine(const ScanCounters& counters, uint64_t total, std::ostream& err)
    : err_(err), thread_([this, &counters, total](const std::stop_token& stop) {
        Run(stop, counters, total);
      }) {}

ProgressLine::~ProgressLine() {
  thread_.request_stop();
  thread_.join();
  Around([] {});
}

void ProgressLine::Run(const std::stop_token& stop, const ScanCounters& counters, uint64_t total) {
  const Millis started = Clock::System().Monotonic();
  std::mutex mutex;
  std::condition_variable_any wake;
  std::unique_lock lock(mutex);
  while (!wake.wait_for(lock, stop, kRedraw, [&] { return stop.stop_requested(); })) {
    const double seconds = static_cast<double>(Clock::System().Monotonic() - started) / 1000;
    const std::lock_guard guard(drawing_);
    err_ << "\r\033[K"
         << ProgressText(counters.disk_bytes, total, counters.bytes, counters.findings, seconds)
         << std::flush;
    drawn_ = true;
  }
}

void ProgressLine::Around(const std::function<void()>& write) {
  const std::lock_guard guard(drawing_);
  if (drawn_) err_ << "\r\033[K" << std::flush;
  drawn_ = false;
  write();
}

}  // namespace leaktrip

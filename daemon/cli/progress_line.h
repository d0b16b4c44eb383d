// ProgressLine: one line on a terminal that says how far a scan is, how fast, and how long it will
// still take. A thread of its own redraws it twice a second from the counters; the destructor wipes
// it. What else goes to the same terminal goes through Around().
#pragma once

#include <cstdint>
#include <functional>
#include <iosfwd>
#include <mutex>
#include <string>
#include <thread>

#include "daemon/cli/scan_job.h"

namespace leaktrip {

class ProgressLine {
 public:
  ProgressLine(const ScanCounters& counters, uint64_t total_disk_bytes, std::ostream& err);
  ~ProgressLine();
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  // Wipes the line, then writes. Any thread.
  void Around(const std::function<void()>& write);

 private:
  void Run(const std::stop_token& stop, const ScanCounters& counters, uint64_t total);

  std::ostream& err_;
  std::mutex drawing_;
  bool drawn_ = false;
  std::jthread thread_;
};

// "41 % · 512 MB · 130 MB/s · 6 s left · 12 found"; total 0 means unknown.
std::string ProgressText(uint64_t done_disk, uint64_t total_disk, uint64_t bytes, uint64_t found,
                         double seconds);

}  // namespace leaktrip

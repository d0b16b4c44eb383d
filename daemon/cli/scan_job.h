// ScanJob: files through engines, on several threads, written in the order of the files.
//
// Results are the same for any number of jobs. Memory: one block per job and what waits for its
// turn, see OrderedOutput. Failure: a file that cannot be read is reported and the others go on.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <memory>
#include <vector>

#include "daemon/cli/scan_format.h"
#include "daemon/cli/scan_paths.h"
#include "detectors/leak/engine.h"

namespace leaktrip {

struct ScanOptions {
  int jobs = 1;
  Severity fail_on = Severity::kInfo;
  Millis now = 0;
};

struct ScanTotals {
  uint64_t files = 0;
  uint64_t bytes = 0;  // decompressed
  uint64_t findings = 0;
  uint64_t failing = 0;  // findings at or above fail_on
};

// What has been done so far, for a progress line. Written by the jobs.
struct ScanCounters {
  std::atomic<uint64_t> files = 0;
  std::atomic<uint64_t> bytes = 0;
  std::atomic<uint64_t> disk_bytes = 0;  // of the files' sizes on disk
  std::atomic<uint64_t> findings = 0;
  std::atomic<uint64_t> failing = 0;
};

// Reports to report_error, which may be called from any job.
ScanTotals RunScanJob(const std::vector<ScanPath>& paths,
                      const std::shared_ptr<const RuleSet>& rules, const ScanFormat& format,
                      const ScanOptions& options, const std::atomic<bool>& stop,
                      ScanCounters* counters, std::ostream& out,
                      const std::function<void(const Error&)>& report_error);

}  // namespace leaktrip

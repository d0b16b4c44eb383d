// ScanJob: files through engines, on several threads, written in the order of the files. What an
// allow entry silences and what the baseline knows is counted and not written.
//
// Results are the same for any number of jobs. Memory: one block per job and what waits for its
// turn, see OrderedOutput. Failure: a file that cannot be read is reported and the others go on.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "daemon/cli/scan_baseline.h"
#include "daemon/cli/scan_format.h"
#include "daemon/cli/scan_paths.h"
#include "detectors/leak/engine.h"

namespace leaktrip {

struct ScanOptions {
  int jobs = 1;
  Severity fail_on = Severity::kInfo;
  Millis now = 0;
  const ScanBaseline* baseline = nullptr;  // may be absent
};

// What has been done so far. Written by the jobs.
struct ScanCounters {
  std::atomic<uint64_t> files = 0;
  std::atomic<uint64_t> bytes = 0;       // decompressed
  std::atomic<uint64_t> disk_bytes = 0;  // of the files' sizes on disk
  std::atomic<uint64_t> findings = 0;
  std::atomic<uint64_t> failing = 0;  // findings at or above fail_on
  std::atomic<uint64_t> allowed = 0;
  std::atomic<uint64_t> known = 0;  // to the baseline
};

// write is called by one job at a time, report_error by any.
void RunScanJob(const std::vector<ScanPath>& paths, const std::shared_ptr<const RuleSet>& rules,
                const ScanFormat& format, const ScanOptions& options, const std::atomic<bool>& stop,
                ScanCounters* counters, const std::function<void(std::string_view)>& write,
                const std::function<void(const Error&)>& report_error);

}  // namespace leaktrip

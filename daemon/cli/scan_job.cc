#include "daemon/cli/scan_job.h"

#include <algorithm>
#include <ostream>
#include <thread>

#include "daemon/cli/ordered_output.h"

namespace leaktrip {
namespace {

class Job {
 public:
  Job(const std::vector<ScanPath>& paths, const ScanFormat& format, const ScanOptions& options,
      const std::atomic<bool>& stop, ScanCounters* counters, OrderedOutput* output,
      const std::function<void(const Error&)>& report_error)
      : paths_(paths),
        format_(format),
        options_(options),
        stop_(stop),
        counters_(counters),
        output_(output),
        report_error_(report_error) {}

  // One thread's share: the next file nobody has taken, until there is none.
  void Run(std::shared_ptr<const RuleSet> rules) {
    const auto engine = MakeEngine(std::move(rules));
    BlockScanner scanner(engine.get());
    for (size_t i = next_++; i < paths_.size(); i = next_++) {
      if (!stop_) ScanFile(i, &scanner);
      output_->Finish(i);
    }
  }

 private:
  void ScanFile(size_t number, BlockScanner* scanner) {
    const ScanPath& path = paths_[number];
    auto reader = ByteReader::Open(path.path);
    if (!reader) return Report(path, reader.error());
    uint64_t counted = 0;
    const auto scanned = scanner->Scan(
        reader->get(), options_.now, stop_,
        [&](const PlacedFinding& placed) {
          ++counters_->findings;
          if (placed.finding.severity >= options_.fail_on) ++counters_->failing;
          output_->Write(number, format_.Item(path.path, placed));
        },
        [&](size_t bytes) {
          counters_->bytes += bytes;
          // A compressed file gives more bytes than it has on disk.
          const uint64_t share = std::min<uint64_t>(bytes, path.bytes - counted);
          counted += share;
          counters_->disk_bytes += share;
        });
    if (!scanned) Report(path, scanned.error());
    counters_->disk_bytes += path.bytes - counted;
    ++counters_->files;
  }

  void Report(const ScanPath& path, Error error) {
    if (error.place.file.empty()) error.place.file = path.path;
    report_error_(error);
  }

  const std::vector<ScanPath>& paths_;
  const ScanFormat& format_;
  const ScanOptions& options_;
  const std::atomic<bool>& stop_;
  ScanCounters* counters_;
  OrderedOutput* output_;
  const std::function<void(const Error&)>& report_error_;
  std::atomic<size_t> next_ = 0;
};

}  // namespace

ScanTotals RunScanJob(const std::vector<ScanPath>& paths,
                      const std::shared_ptr<const RuleSet>& rules, const ScanFormat& format,
                      const ScanOptions& options, const std::atomic<bool>& stop,
                      ScanCounters* counters, std::ostream& out,
                      const std::function<void(const Error&)>& report_error) {
  out << format.Head();
  bool first = true;
  OrderedOutput output([&](const std::string& item) {
    if (!first) out << format.Between();
    first = false;
    out << item;
  });
  Job job(paths, format, options, stop, counters, &output, report_error);
  std::vector<std::jthread> threads;
  const auto jobs = std::min<size_t>(static_cast<size_t>(options.jobs), paths.size());
  for (size_t i = 1; i < jobs; ++i) threads.emplace_back([&job, rules] { job.Run(rules); });
  job.Run(rules);
  threads.clear();
  out << format.Tail() << std::flush;
  return {.files = counters->files,
          .bytes = counters->bytes,
          .findings = counters->findings,
          .failing = counters->failing};
}

}  // namespace leaktrip

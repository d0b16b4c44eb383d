#include "daemon/cli/scan_job.h"

#include <algorithm>
#include <thread>

#include "daemon/cli/ordered_output.h"
#include "daemon/ingest/archive_reader.h"
#include "detectors/leak/allow_list.h"

namespace leaktrip {
namespace {

class Job {
 public:
  Job(const std::vector<ScanPath>& paths, std::shared_ptr<const RuleSet> rules,
      const ScanFormat& format, const ScanOptions& options, const std::atomic<bool>& stop,
      ScanCounters* counters, OrderedOutput* output,
      const std::function<void(const Error&)>& report_error)
      : paths_(paths),
        rules_(std::move(rules)),
        format_(format),
        options_(options),
        stop_(stop),
        counters_(counters),
        output_(output),
        report_error_(report_error) {}

  // One thread's share: the next file nobody has taken, until there is none.
  void Run() {
    const auto engine = MakeEngine(rules_);
    BlockScanner scanner(engine.get());
    for (size_t i = next_++; i < paths_.size(); i = next_++) {
      if (!stop_) ScanFile(i, &scanner);
      output_->Finish(i);
    }
  }

 private:
  void ScanFile(size_t number, BlockScanner* scanner) {
    const ScanPath& path = paths_[number];
    auto reader = ByteReader::Open(path.path, &stop_);
    if (!reader) return Report(path, reader.error());
    uint64_t counted = 0;
    const auto count = [&](size_t bytes) {
      counters_->bytes += bytes;
      // A compressed file gives more bytes than it has on disk.
      const uint64_t share = std::min<uint64_t>(bytes, path.bytes - counted);
      counted += share;
      counters_->disk_bytes += share;
    };
    VisitMembers(std::move(*reader), path.path,
                 {.visit =
                      [&](const std::string& name, ByteReader* bytes) {
                        return scanner->Scan(
                            bytes, options_.now, stop_,
                            [&](const PlacedFinding& placed) { Judge(number, name, placed); },
                            count);
                      },
                  .report = [&](const Error& error) { Report(path, error); },
                  .stopped = [&] { return stop_.load(); }});
    counters_->disk_bytes += path.bytes - counted;
    ++counters_->files;
  }

  void Judge(size_t number, const std::string& name, const PlacedFinding& placed) {
    if (AllowOf(*rules_).Find(placed.finding, {.path = name, .topic = {}}, options_.now)) {
      ++counters_->allowed;
      return;
    }
    if (options_.baseline && options_.baseline->Knows(placed.finding.fingerprint)) {
      ++counters_->known;
      return;
    }
    ++counters_->findings;
    if (placed.finding.severity >= options_.fail_on) ++counters_->failing;
    output_->Write(number, format_.Item(name, placed));
  }

  void Report(const ScanPath& path, Error error) {
    if (error.place.file.empty()) error.place.file = path.path;
    report_error_(error);
  }

  const std::vector<ScanPath>& paths_;
  std::shared_ptr<const RuleSet> rules_;
  const ScanFormat& format_;
  const ScanOptions& options_;
  const std::atomic<bool>& stop_;
  ScanCounters* counters_;
  OrderedOutput* output_;
  const std::function<void(const Error&)>& report_error_;
  std::atomic<size_t> next_ = 0;
};

}  // namespace

void RunScanJob(const std::vector<ScanPath>& paths, const std::shared_ptr<const RuleSet>& rules,
                const ScanFormat& format, const ScanOptions& options, const std::atomic<bool>& stop,
                ScanCounters* counters, const std::function<void(std::string_view)>& write,
                const std::function<void(const Error&)>& report_error) {
  write(format.Head());
  bool first = true;
  OrderedOutput output([&](const std::string& item) {
    if (!first) write(format.Between());
    first = false;
    write(item);
  });
  Job job(paths, rules, format, options, stop, counters, &output, report_error);
  std::vector<std::jthread> threads;
  const auto jobs = std::min<size_t>(static_cast<size_t>(options.jobs), paths.size());
  for (size_t i = 1; i < jobs; ++i) threads.emplace_back([&job] { job.Run(); });
  job.Run();
  threads.clear();
  write(format.Tail());
}

}  // namespace leaktrip

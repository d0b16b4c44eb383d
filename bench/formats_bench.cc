// Records of each shipped format to access events: its own examples, repeated. One core.
#include <benchmark/benchmark.h>

#include <string>

#include "daemon/config/rules_folder.h"
#include "detectors/access/access_parser.h"
#include "detectors/access/format_loader.h"

namespace leaktrip::bench {
namespace {

constexpr size_t kRecords = 20'000;
constexpr Millis kWritten = 1'735'603'200'000;

std::shared_ptr<const FormatSet> Formats() {
  static const auto formats = [] {
    Errors errors;
    return LoadFormats(Below(ShippedRules(), "formats/"), {}, &errors);
  }();
  return formats;
}

void Parse(benchmark::State& state, int format) {
  std::vector<std::string> records;
  for (const auto& example : Formats()->formats[static_cast<size_t>(format)].examples)
    if (example.events == 1) records.push_back(example.text);
  AccessParser parser({.formats = Formats()});
  parser.Use({format});
  std::vector<AccessEvent> events;
  size_t bytes = 0;
  for (auto _ : state) {
    for (size_t i = 0; i < kRecords; ++i) {
      const std::string& record = records[i % records.size()];
      events.clear();
      benchmark::DoNotOptimize(parser.ParseAll(record, kWritten, &events));
      bytes += record.size();
    }
    parser.Reset();
  }
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations() * kRecords));
  state.SetBytesProcessed(static_cast<int64_t>(bytes));
}

}  // namespace
}  // namespace leaktrip::bench

int main(int argc, char** argv) {
  using namespace leaktrip::bench;
  const auto formats = Formats();
  if (!formats) return 1;
  for (size_t i = 0; i < formats->formats.size(); ++i)
    benchmark::RegisterBenchmark(("formats/" + formats->formats[i].id).c_str(), Parse,
                                 static_cast<int>(i))
        ->Unit(benchmark::kMillisecond);
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}

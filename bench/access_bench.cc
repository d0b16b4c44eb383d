// Access events: simdjson alone, our parser, and parser with all detectors, on the same native JSON
// in one run. One core.
#include <benchmark/benchmark.h>
#include <simdjson.h>

#include "bench/workload.h"
#include "daemon/config/rules_folder.h"
#include "daemon/ingest/line_reader.h"
#include "detectors/access/access_parser.h"
#include "detectors/access/detector_set.h"

namespace leaktrip::bench {
namespace {

constexpr size_t kEvents = 200'000;

const std::string& Text() {
  static const std::string text = MakeAccessEvents(kEvents, 20'000, 7);
  return text;
}

void SetRates(benchmark::State& state) {
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations() * kEvents));
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * Text().size()));
}

// Reads the same fields and hands each to the compiler's sink: the floor of any parser on simdjson.
void Simdjson(benchmark::State& state) {
  simdjson::ondemand::parser parser;
  const simdjson::padded_string text(Text());
  for (auto _ : state) {
    simdjson::ondemand::document_stream stream = parser.iterate_many(text);
    for (auto document : stream) {
      for (const char* key : {"ts", "client_ip", "method", "path"})
        benchmark::DoNotOptimize(document[key].get_string().value());
      benchmark::DoNotOptimize(document["status"].get_int64().value());
      for (const char* key : {"token_sha256", "user", "user_agent"})
        benchmark::DoNotOptimize(document[key].get_string().value());
    }
  }
  SetRates(state);
}

void Parse(benchmark::State& state) {
  AccessParser parser(AccessFormat::kNative);
  for (auto _ : state) {
    std::string_view rest = Text(), line;
    while (TakeLine(&rest, &line)) benchmark::DoNotOptimize(parser.Parse(line));
    parser.Reset();
  }
  SetRates(state);
}

void ParseAndJudge(benchmark::State& state) {
  Errors errors;
  const auto detectors =
      DetectorSet::Make(Below(ShippedRules(), "access/"), {}, Networks::None(), &errors);
  AccessParser parser(AccessFormat::kNative);
  std::vector<Anomaly> anomalies;
  for (auto _ : state) {
    std::string_view rest = Text(), line;
    while (TakeLine(&rest, &line))
      if (const auto event = parser.Parse(line)) detectors->Observe(*event, &anomalies);
    parser.Reset();
  }
  state.counters["anomalies"] = static_cast<double>(anomalies.size());
  SetRates(state);
}

BENCHMARK(Simdjson)->Name("simdjson/events")->Unit(benchmark::kMillisecond);
BENCHMARK(Parse)->Name("parse/events")->Unit(benchmark::kMillisecond);
BENCHMARK(ParseAndJudge)->Name("judge/events")->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace leaktrip::bench

BENCHMARK_MAIN();

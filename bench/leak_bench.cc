// Leak scan against raw Hyperscan with the same patterns and against a bare pass of literals, on
// the same bytes in one run.
#include <benchmark/benchmark.h>
#include <hs.h>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <map>
#include <numeric>

#include "bench/workload.h"
#include "daemon/config/rules_folder.h"
#include "detectors/leak/decode.h"
#include "detectors/leak/engine.h"
#include "detectors/leak/rule_loader.h"
#include "detectors/leak/rule_set.h"

namespace leaktrip::bench {
namespace {

constexpr size_t kBytes = 16 << 20;
constexpr size_t kBlock = 1 << 20;

const std::string& TextOf(Workload workload) {
  static std::map<Workload, std::string> texts;
  auto& text = texts[workload];
  // Adversarial text is so slow that a part of it says as much; rates are per byte.
  const size_t bytes = workload == Workload::kAdversarial ? kBytes / 64 : kBytes;
  if (text.empty()) text = MakeText(workload, bytes, 7);
  return text;
}

std::shared_ptr<const RuleSet> Rules() {
  static const auto rules = [] {
    Errors errors;
    auto set = CompileRules(LoadRules(ShippedRules(), {}, &errors), "bench", &errors);
    if (!set) throw std::runtime_error(errors.front().ToString());
    return set;
  }();
  return rules;
}

// Calls scan for each block of whole lines.
void ForEachBlock(std::string_view text, const auto& scan) {
  while (!text.empty()) {
    size_t size = std::min(kBlock, text.size());
    if (size < text.size()) size = text.rfind('\n', size - 1) + 1;
    scan(text.substr(0, size));
    text.remove_prefix(size);
  }
}

void Engine(benchmark::State& state, Workload workload) {
  const auto engine = MakeEngine(Rules());
  const std::string& text = TextOf(workload);
  size_t found = 0;
  for (auto _ : state) {
    std::vector<Finding> findings;
    ForEachBlock(text, [&](std::string_view block) { engine->Scan({block, {}}, 0, &findings); });
    found = findings.size();
  }
  state.counters["findings"] = static_cast<double>(found);
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * text.size()));
}

int CountMatch(unsigned, unsigned long long, unsigned long long, unsigned, void* count) {
  ++*static_cast<size_t*>(count);
  return 0;
}

struct RawDatabase {
  HsDatabase db;
  HsScratch scratch;

  explicit RawDatabase(hs_database_t* raw) : db(raw) {
    hs_scratch_t* s = nullptr;
    if (!raw || hs_alloc_scratch(raw, &s) != HS_SUCCESS) throw std::runtime_error("Hyperscan");
    scratch.reset(s);
  }
};

// What one would write first: every pattern in one database, a hint within reach before its shape.
RawDatabase& NaivePatterns() {
  static RawDatabase database = [] {
    std::vector<std::string> texts;
    for (const auto& rule : RulesOf(*Rules())) {
      std::string hints;
      for (const auto& hint : rule.hints) hints += (hints.empty() ? "(?i:" : "|") + hint;
      texts.push_back(hints.empty() ? rule.pattern : hints + ")[^\\n]{0,120}" + rule.pattern);
    }
    std::vector<const char*> pointers;
    std::vector<unsigned> ids, flags(texts.size(), 0);
    for (const auto& text : texts) {
      ids.push_back(static_cast<unsigned>(ids.size()));
      pointers.push_back(text.c_str());
    }
    hs_database_t* db = nullptr;
    hs_compile_error_t* error = nullptr;
    hs_compile_multi(pointers.data(), flags.data(), ids.data(), static_cast<unsigned>(ids.size()),
                     HS_MODE_BLOCK, nullptr, &db, &error);
    return RawDatabase(db);
  }();
  return database;
}

RawDatabase& Literals63() {
  static RawDatabase database = [] {
    const std::vector<std::string> texts = {
        "ghp_",    "gho_",        "ghu_",          "ghs_",     "ghr_",       "github_pat_",
        "glpat-",  "gldt-",       "glrt-",         "xoxb-",    "xoxp-",      "xapp-",
        "xoxe",    "hooks.slack", "sk_live_",      "rk_live_", "whsec_",     "AIza",
        "ya29.",   "GOCSPX-",     "eyJ",           "npm_",     "pypi-",      "sk-proj-",
        "sk-ant-", "hf_",         "SG.",           "dop_v1_",  "doo_v1_",    "HRKU-",
        "hvs.",    "atlasv1",     "dp.pt.",        "dapi",     "glsa_",      "glc_",
        "NRAK-",   "sntrys_",     "sntryu_",       "ATATT",    "cfut_",      "shpat_",
        "shpss_",  "EAAA",        "sq0atp-",       "key-",     "AccountKey", "sig=",
        "AKIA",    "ASIA",        "password",      "passwd",   "secret",     "token",
        "apikey",  "api_key",     "authorization", "Bearer ",  "Basic ",     "BEGIN ",
        "pwd=",    "://",         "AGE-"};
    std::vector<const char*> pointers;
    std::vector<size_t> sizes;
    std::vector<unsigned> ids, flags(texts.size(), 0);
    for (const auto& text : texts) {
      ids.push_back(static_cast<unsigned>(ids.size()));
      pointers.push_back(text.data());
      sizes.push_back(text.size());
    }
    hs_database_t* db = nullptr;
    hs_compile_error_t* error = nullptr;
    hs_compile_lit_multi(pointers.data(), flags.data(), ids.data(), sizes.data(),
                         static_cast<unsigned>(ids.size()), HS_MODE_BLOCK, nullptr, &db, &error);
    return RawDatabase(db);
  }();
  return database;
}

void Raw(benchmark::State& state, RawDatabase& (*make)(), Workload workload) {
  RawDatabase& database = make();
  const std::string& text = TextOf(workload);
  size_t matches = 0;
  for (auto _ : state) {
    matches = 0;
    ForEachBlock(text, [&](std::string_view block) {
      hs_scan(database.db.get(), block.data(), static_cast<unsigned>(block.size()), 0,
              database.scratch.get(), CountMatch, &matches);
    });
  }
  state.counters["matches"] = static_cast<double>(matches);
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * text.size()));
}

void Decode(benchmark::State& state, Workload workload) {
  const std::string& text = TextOf(workload);
  DecodedText decoded;
  for (auto _ : state) {
    ForEachBlock(text, [&](std::string_view block) {
      decoded.Clear();
      DecodeOnce(block, {}, &decoded);
    });
  }
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * text.size()));
}

// Prints the rules that stage one points at most, per MiB of each workload.
void PrintCosts() {
  for (const auto workload :
       {Workload::kQuiet, Workload::kDense, Workload::kAccess, Workload::kJson}) {
    const auto engine = MakeEngine(Rules());
    std::vector<Finding> findings;
    ForEachBlock(TextOf(workload),
                 [&](std::string_view block) { engine->Scan({block, {}}, 0, &findings); });
    const auto costs = engine->Costs();
    std::vector<size_t> order(costs.size());
    std::iota(order.begin(), order.end(), size_t{0});
    std::sort(order.begin(), order.end(),
              [&](size_t a, size_t b) { return costs[a].bytes > costs[b].bytes; });
    std::printf("workload %d: windows and bytes of them per MiB\n", static_cast<int>(workload));
    for (size_t i = 0; i < 12; ++i)
      std::printf("  %8zu %10zu  %s\n", costs[order[i]].windows >> 4, costs[order[i]].bytes >> 4,
                  RulesOf(*Rules())[order[i]].id.c_str());
  }
}

// So many of the shipped rules, evenly chosen; beyond their number, copies with the hints written
// backwards.
std::vector<Rule> SomeRules(size_t count) {
  const std::vector<Rule>& all = RulesOf(*Rules());
  std::vector<Rule> rules;
  for (size_t i = 0; i < std::min(count, all.size()); ++i)
    rules.push_back(all[i * all.size() / std::min(count, all.size())]);
  for (size_t i = 0; rules.size() < count && i < all.size(); ++i) {
    if (all[i].hints.empty()) continue;
    rules.push_back(all[i]);
    rules.back().id += "-backwards";
    for (auto& hint : rules.back().hints) std::reverse(hint.begin(), hint.end());
  }
  return rules;
}

// Prints what the scan costs with few and with many rules, as ratios to the bare literals on the
// same bytes; each the best of several turns.
void PrintCurve() {
  constexpr int kTurns = 9;
  std::printf("%8s %12s %12s %12s %12s %12s\n", "rules", "compile ms", "quiet", "dense", "access",
              "json");
  for (const size_t count : {50, 200, 800, 1600}) {
    Errors errors;
    std::vector<Rule> some = SomeRules(count);
    const std::clock_t begin = std::clock();
    const auto rules = CompileRules(std::move(some), "bench", &errors);
    const std::clock_t end = std::clock();
    if (!rules) throw std::runtime_error(errors.front().ToString());
    std::printf("%8zu %12.0f", RulesOf(*rules).size(),
                1000.0 * static_cast<double>(end - begin) / CLOCKS_PER_SEC);
    const auto engine = MakeEngine(rules);
    for (const auto workload :
         {Workload::kQuiet, Workload::kDense, Workload::kAccess, Workload::kJson}) {
      std::clock_t ours = 0, bare = 0;
      for (int turn = 0; turn < kTurns; ++turn) {
        const std::clock_t start = std::clock();
        std::vector<Finding> findings;
        ForEachBlock(TextOf(workload),
                     [&](std::string_view block) { engine->Scan({block, {}}, 0, &findings); });
        const std::clock_t middle = std::clock();
        size_t matches = 0;
        ForEachBlock(TextOf(workload), [&](std::string_view block) {
          hs_scan(Literals63().db.get(), block.data(), static_cast<unsigned>(block.size()), 0,
                  Literals63().scratch.get(), CountMatch, &matches);
        });
        const std::clock_t stop = std::clock();
        ours = turn == 0 ? middle - start : std::min(ours, middle - start);
        bare = turn == 0 ? stop - middle : std::min(bare, stop - middle);
      }
      std::printf(" %12.3f", static_cast<double>(bare) / static_cast<double>(ours));
    }
    std::printf("\n");
  }
}

void Register() {
  const std::map<std::string, Workload> workloads = {{"quiet", Workload::kQuiet},
                                                     {"dense", Workload::kDense},
                                                     {"access", Workload::kAccess},
                                                     {"json", Workload::kJson},
                                                     {"mixed", Workload::kMixed},
                                                     {"leaky", Workload::kLeaky},
                                                     {"adversarial", Workload::kAdversarial}};
  for (const auto& [name, workload] : workloads) {
    const auto milliseconds = [](benchmark::internal::Benchmark* b) {
      b->Unit(benchmark::kMillisecond);
    };
    milliseconds(benchmark::RegisterBenchmark(("leaktrip/" + name).c_str(), Engine, workload));
    milliseconds(
        benchmark::RegisterBenchmark(("hyperscan/" + name).c_str(), Raw, NaivePatterns, workload));
    milliseconds(
        benchmark::RegisterBenchmark(("literals/" + name).c_str(), Raw, Literals63, workload));
    milliseconds(benchmark::RegisterBenchmark(("decode/" + name).c_str(), Decode, workload));
  }
}

}  // namespace
}  // namespace leaktrip::bench

int main(int argc, char** argv) {
  if (argc > 1 && std::string_view(argv[1]) == "--costs") {
    leaktrip::bench::PrintCosts();
    return 0;
  }
  if (argc > 1 && std::string_view(argv[1]) == "--curve") {
    leaktrip::bench::PrintCurve();
    return 0;
  }
  leaktrip::bench::Register();
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}

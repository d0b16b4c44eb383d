// rules bench: what each rule costs and finds in files.
#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <nlohmann/json.hpp>
#include <ostream>
#include <unordered_map>

#include "daemon/cli/arguments.h"
#include "daemon/cli/block_scanner.h"
#include "daemon/cli/counting_engine.h"
#include "daemon/cli/exit_code.h"
#include "daemon/cli/rules_actions.h"
#include "daemon/cli/scan_paths.h"
#include "daemon/config/installation_key.h"
#include "daemon/config/rule_set_loader.h"
#include "daemon/ingest/archive_reader.h"
#include "daemon/ops/clock.h"
#include "detectors/leak/allow_list.h"

namespace leaktrip {
namespace {

struct Row {
  const Rule* rule = nullptr;
  RuleCost cost;
  uint64_t candidates = 0;
  uint64_t findings = 0;
};

struct Measured {
  std::vector<Row> rows;  // the costliest first; without those that never looked anywhere
  uint64_t bytes = 0;
  double seconds = 0;  // of processor time, verdicts included
  Errors errors;
};

Measured Measure(const std::vector<ScanPath>& paths, const std::shared_ptr<const RuleSet>& rules) {
  Measured measured;
  CountingEngine engine(rules);
  BlockScanner scanner(&engine);
  std::unordered_map<const Rule*, uint64_t> findings;
  const std::atomic<bool> stop = false;
  const Millis now = Clock::System().Wall();
  const std::clock_t began = std::clock();
  const auto visit = [&](const std::string& name, ByteReader* reader) {
    return scanner.Scan(
        reader, now, stop,
        [&](const PlacedFinding& placed) {
          if (!AllowOf(*rules).Find(placed.finding, {.path = name, .topic = {}}, now))
            ++findings[placed.finding.rule];
        },
        [&](size_t bytes) { measured.bytes += bytes; });
  };
  for (const auto& path : paths) {
    auto reader = ByteReader::Open(path.path);
    if (!reader) {
      measured.errors.push_back(reader.error());
      continue;
    }
    VisitMembers(std::move(*reader), path.path,
                 {.visit = visit,
                  .report = [&](const Error& error) { measured.errors.push_back(error); },
                  .stopped = [] { return false; }});
  }
  measured.seconds = static_cast<double>(std::clock() - began) / CLOCKS_PER_SEC;
  const auto costs = engine.Costs();
  for (size_t i = 0; i < RulesOf(*rules).size(); ++i) {
    const Rule& rule = RulesOf(*rules)[i];
    Row row{&rule, i < costs.size() ? costs[i] : RuleCost{}, engine.Candidates(rule),
            findings[&rule]};
    if (row.cost.windows + row.candidates + row.findings > 0) measured.rows.push_back(row);
  }
  std::stable_sort(measured.rows.begin(), measured.rows.end(), [](const Row& a, const Row& b) {
    return std::tie(a.cost.bytes, a.candidates) > std::tie(b.cost.bytes, b.candidates);
  });
  return measured;
}

double Share(const Row& row, uint64_t bytes) {
  return bytes == 0 ? 0 : 100 * static_cast<double>(row.cost.bytes) / static_cast<double>(bytes);
}

void PrintTable(const Measured& measured, size_t limit, std::ostream& out) {
  out << fmt::format("{:<44} {:>9} {:>11} {:>7} {:>10} {:>8}\n", "rule", "places", "bytes",
                     "% text", "candidates", "findings");
  for (size_t i = 0; i < std::min(limit, measured.rows.size()); ++i) {
    const Row& row = measured.rows[i];
    out << fmt::format("{:<44} {:>9} {:>11} {:>7.2f} {:>10} {:>8}\n", row.rule->id,
                       row.cost.windows, row.cost.bytes, Share(row, measured.bytes), row.candidates,
                       row.findings);
  }
  const double megabytes = static_cast<double>(measured.bytes) / 1e6;
  out << fmt::format("{} of the rules looked somewhere in {:.1f} MB; {:.2f} s of processor time\n",
                     measured.rows.size(), megabytes, measured.seconds);
}

void PrintJson(const Measured& measured, std::ostream& out) {
  for (const Row& row : measured.rows)
    out << nlohmann::ordered_json{{"id", row.rule->id},
                                  {"places", row.cost.windows},
                                  {"bytes", row.cost.bytes},
                                  {"text_percent", Share(row, measured.bytes)},
                                  {"candidates", row.candidates},
                                  {"findings", row.findings}}
               .dump()
        << "\n";
}

}  // namespace

int RunRulesBench(const Words& words, std::ostream& out, std::ostream& err) {
  std::string rules_dir;
  std::string format = "text";
  size_t limit = 40;
  Words files;
  Arguments arguments(
      "rules bench FILE... [options]",
      "Says what each rule costs and finds in files or folders, the costliest first:\n"
      "the places that the literal stage sent it to, the bytes it looked at there, the\n"
      "candidates it had to judge and the findings that were left.");
  arguments.Options()("rules", po::value(&rules_dir)->value_name("DIR"),
                      "folder merged over the shipped rules")(
      "format", po::value(&format)->value_name("FORMAT"), "text or jsonl (text)")(
      "limit", po::value(&limit)->value_name("N"), "of text: at most N rules (40)");
  arguments.Positional("file", &files);
  if (const auto exit = arguments.Parse(words, out, err)) return *exit;
  if (files.empty()) return arguments.Misuse("name the files to measure on, or - for stdin", err);
  if (format != "text" && format != "jsonl")
    return arguments.Misuse("unknown format `" + format + "`: text or jsonl", err);
  Errors errors;
  const auto rules = LoadRuleSet(rules_dir, MachineKey(), Examples::kSkip, &errors);
  const auto paths = ListScanPaths(files, &errors);
  PrintAll(errors, "", err);
  if (!rules) return kExitError;
  const Measured measured = Measure(paths, rules);
  PrintAll(measured.errors, "leaktrip rules: ", err);
  format == "jsonl" ? PrintJson(measured, out) : PrintTable(measured, limit, out);
  return errors.empty() && measured.errors.empty() ? kExitDone : kExitError;
}

}  // namespace leaktrip

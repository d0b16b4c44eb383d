// rules backtest: what a changed folder, or one rule, raises in files.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <ostream>
#include <tuple>

#include "daemon/cli/arguments.h"
#include "daemon/cli/backtest.h"
#include "daemon/cli/exit_code.h"
#include "daemon/cli/rules_actions.h"
#include "daemon/cli/scan_paths.h"
#include "daemon/config/installation_key.h"
#include "daemon/config/rule_set_loader.h"
#include "daemon/ops/clock.h"
#include "daemon/ops/printable.h"

namespace leaktrip {
namespace {

using Json = nlohmann::ordered_json;

struct Sets {
  std::shared_ptr<const RuleSet> before, after;
};

const Rule* FindRule(const std::shared_ptr<const RuleSet>& set, const std::string& id) {
  const auto& rules = RulesOf(*set);
  const auto it =
      std::find_if(rules.begin(), rules.end(), [&](const Rule& rule) { return rule.id == id; });
  return it == rules.end() ? nullptr : &*it;
}

bool SameJudgement(const Rule& a, const Rule& b) {
  const auto parts = [](const Rule& rule) {
    return std::tie(rule.provider, rule.kind, rule.pattern, rule.hints, rule.severity,
                    rule.confidence, rule.min_entropy, rule.guessable, rule.multiline,
                    rule.checksum, rule.validate, rule.allow);
  };
  return parts(a) == parts(b) && a.allowed.size() == b.allowed.size();
}

// The shipped rules against those with the folder merged over them; for one rule that the folder
// leaves as it was, the rules without it against those with it.
std::optional<Sets> LoadSets(const std::string& rules_dir, const std::string& rule,
                             std::ostream& err) {
  Errors errors;
  const Secret key = MachineKey();
  Sets sets;
  sets.after = LoadRuleSet(rules_dir, key, Examples::kSkip, &errors);
  if (sets.after) sets.before = LoadRuleSet("", key, Examples::kSkip, &errors);
  if (sets.before && !rule.empty()) {
    const Rule* now = FindRule(sets.after, rule);
    const Rule* was = FindRule(sets.before, rule);
    if (now == nullptr && was == nullptr) {
      err << "leaktrip rules: " << UnknownRule(rule, RulesOf(*sets.after)) << "\n";
      return std::nullopt;
    }
    if (now != nullptr && was != nullptr && SameJudgement(*now, *was))
      sets.before = LoadRuleSetWithout(rule, rules_dir, key, &errors);
  }
  PrintAll(errors, "", err);
  if (!sets.before) return std::nullopt;
  return sets;
}

std::string Changes(const SeenFinding& before, const SeenFinding& after) {
  std::string changes;
  const auto add = [&](std::string_view name, std::string_view from, std::string_view to) {
    if (from != to)
      changes += fmt::format("{}{} {} -> {}", changes.empty() ? "" : ", ", name, from, to);
  };
  add("rule", before.rule, after.rule);
  add("severity", Name(before.severity), Name(after.severity));
  add("confidence", Name(before.confidence), Name(after.confidence));
  add("start", std::to_string(before.start), std::to_string(after.start));
  add("end", std::to_string(before.end), std::to_string(after.end));
  return changes;
}

void PrintText(const Difference& difference, std::ostream& out) {
  const bool gone = difference.kind == Difference::Kind::kGone;
  const SeenFinding& seen = gone ? *difference.before : *difference.after;
  out << fmt::format("{:<8} {}:{}:{}: {} {} ({} confidence)\n", Name(difference.kind),
                     Printable(seen.file), seen.line, seen.column, Name(seen.severity), seen.rule,
                     Name(seen.confidence));
  if (gone && difference.after) out << "    " << difference.after->allowed << "\n";
  if (difference.kind == Difference::Kind::kChanged)
    out << "    " << Changes(*difference.before, *difference.after) << "\n";
  out << "    " << seen.text << "\n";
}

Json ToJson(const SeenFinding& seen) {
  return {{"file", seen.file},
          {"line", seen.line},
          {"column", seen.column},
          {"start", seen.start},
          {"end", seen.end},
          {"rule", seen.rule},
          {"severity", Name(seen.severity)},
          {"confidence", Name(seen.confidence)},
          {"fingerprint", seen.fingerprint},
          {"redacted", seen.redacted},
          {"allowed", seen.allowed}};
}

void PrintJson(const Difference& difference, std::ostream& out) {
  Json json{{"change", Name(difference.kind)}};
  json["before"] = difference.before ? ToJson(*difference.before) : Json(nullptr);
  json["after"] = difference.after ? ToJson(*difference.after) : Json(nullptr);
  out << json.dump(-1, ' ', false, Json::error_handler_t::replace) << "\n";
}

bool Concerns(const Difference& difference, const std::string& rule) {
  return rule.empty() || (difference.before && difference.before->rule == rule) ||
         (difference.after && difference.after->rule == rule);
}

}  // namespace

int RunRulesBacktest(const Words& words, std::ostream& out, std::ostream& err) {
  std::string rules_dir, rule;
  std::string format = "text";
  Words files;
  Arguments arguments(
      "rules backtest FILE... [--rules DIR] [--rule ID]",
      "Says what a changed folder would have raised in files or folders against the\n"
      "shipped rules: new findings, gone ones, and those that are judged otherwise.\n"
      "With --rule only what concerns that rule; for one that the folder does not\n"
      "change, all that it adds to the others.",
      "Exit codes: 0 no difference, 1 differences, 2 error.");
  arguments.Options()("rules", po::value(&rules_dir)->value_name("DIR"),
                      "folder merged over the shipped rules")(
      "rule", po::value(&rule)->value_name("ID"), "only this rule")(
      "format", po::value(&format)->value_name("FORMAT"), "text or jsonl (text)");
  arguments.Positional("file", &files);
  if (const auto exit = arguments.Parse(words, out, err)) return *exit;
  if (files.empty()) return arguments.Misuse("name the files to test on", err);
  if (rules_dir.empty() && rule.empty())
    return arguments.Misuse("name what changed with --rules DIR or --rule ID", err);
  if (format != "text" && format != "jsonl")
    return arguments.Misuse("unknown format `" + format + "`: text or jsonl", err);
  if (std::find(files.begin(), files.end(), "-") != files.end())
    return arguments.Misuse("stdin cannot be read twice; name a file", err);

  const auto sets = LoadSets(rules_dir, rule, err);
  if (!sets) return kExitError;
  Errors errors;
  std::array<size_t, 3> counts{};
  for (const auto& path : ListScanPaths(files, &errors)) {
    const Errors failed =
        Backtest(path.path, sets->before, sets->after, Clock::System().Wall(),
                 [&](const Difference& difference) {
                   if (!Concerns(difference, rule)) return;
                   ++counts[static_cast<size_t>(difference.kind)];
                   format == "jsonl" ? PrintJson(difference, out) : PrintText(difference, out);
                 });
    errors.insert(errors.end(), failed.begin(), failed.end());
  }
  PrintAll(errors, "leaktrip rules: ", err);
  if (format == "text")
    err << fmt::format("{} new, {} gone, {} changed\n", counts[0], counts[1], counts[2]);
  if (!errors.empty()) return kExitError;
  return counts == decltype(counts){} ? kExitDone : kExitFound;
}

}  // namespace leaktrip

// rules list, show and test.
#include <algorithm>
#include <iomanip>
#include <nlohmann/json.hpp>
#include <ostream>

#include "daemon/cli/arguments.h"
#include "daemon/cli/exit_code.h"
#include "daemon/cli/rule_keywords.h"
#include "daemon/cli/rules_actions.h"
#include "daemon/config/installation_key.h"
#include "daemon/config/rule_set_loader.h"
#include "daemon/ops/clock.h"
#include "detectors/leak/rule_loader.h"

namespace leaktrip {
namespace {

using Json = nlohmann::ordered_json;

std::string Dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

void PrintJson(const std::vector<Rule>& rules, std::ostream& out) {
  for (const Rule& rule : rules)
    out << Dump(Json{{"id", rule.id},
                     {"provider", rule.provider},
                     {"kind", rule.kind},
                     {"pattern", rule.pattern},
                     {"keywords", KeywordsOf(rule)},
                     {"severity", Name(rule.severity)},
                     {"confidence", Name(rule.confidence)}})
        << "\n";
}

void PrintTable(const std::vector<Rule>& rules, std::ostream& out) {
  size_t width = 2;
  for (const Rule& rule : rules) width = std::max(width, rule.id.size());
  for (const Rule& rule : rules)
    out << std::left << std::setw(static_cast<int>(width) + 2) << rule.id << std::setw(10)
        << Name(rule.severity) << std::setw(8) << Name(rule.confidence) << rule.name << "\n";
  out << rules.size() << " rules\n";
}

void Field(std::string_view name, std::string_view value, std::ostream& out) {
  if (!value.empty()) out << std::left << std::setw(13) << name << value << "\n";
}

std::string Joined(const std::vector<std::string>& words) {
  std::string joined;
  for (const auto& word : words) joined += (joined.empty() ? "" : ", ") + word;
  return joined;
}

void ShowRule(const Rule& rule, std::ostream& out) {
  Field("id", rule.id, out);
  Field("name", rule.name, out);
  Field("description", rule.description, out);
  Field("provider", rule.provider, out);
  Field("kind", rule.kind, out);
  Field("pattern", rule.pattern, out);
  Field("hints", Joined(rule.hints), out);
  Field("looked for", Joined(KeywordsOf(rule)), out);
  Field("severity", Name(rule.severity), out);
  Field("confidence", Name(rule.confidence), out);
  if (rule.min_entropy > 0) out << "min_entropy  " << rule.min_entropy << "\n";
  if (rule.guessable) Field("guessable", "true", out);
  if (rule.multiline) Field("multiline", "true", out);
  Field("checksum", rule.checksum.value_or(""), out);
  Field("validate", rule.validate.value_or(""), out);
  for (const auto& pattern : rule.allow) Field("allow", pattern, out);
  for (const auto& entry : rule.allowed) Field("allow", "entry: " + entry.reason, out);
  Field("revocation", rule.revocation, out);
  for (const auto& reference : rule.references) Field("reference", reference, out);
  for (const auto& example : rule.positive) Field("matches", example.text, out);
  for (const auto& example : rule.negative) Field("ignores", example.text, out);
  Field("file", rule.place.file + ":" + std::to_string(rule.place.line), out);
}

std::vector<Rule> Load(const std::string& rules_dir, Errors* errors) {
  return LoadRules(Below(ShippedRules(), "tokens/"),
                   Below(OverrideFiles(rules_dir, errors), "tokens/"), errors);
}

void RulesOption(Arguments* arguments, std::string* rules_dir) {
  arguments->Options()("rules", po::value(rules_dir)->value_name("DIR"),
                       "folder merged over the shipped rules");
}

}  // namespace

int RunRulesList(const Words& words, std::ostream& out, std::ostream& err) {
  std::string rules_dir;
  std::string format = "text";
  Arguments arguments("rules list [--rules DIR] [--format FORMAT]", "Lists the rules.");
  RulesOption(&arguments, &rules_dir);
  arguments.Options()("format", po::value(&format)->value_name("FORMAT"), "text or jsonl (text)");
  Words none;
  arguments.Positional("word", &none, 0);
  if (const auto exit = arguments.Parse(words, out, err)) return *exit;
  if (format != "text" && format != "jsonl")
    return arguments.Misuse("unknown format `" + format + "`: text or jsonl", err);
  Errors errors;
  const auto rules = Load(rules_dir, &errors);
  PrintAll(errors, "", err);
  if (!errors.empty()) return kExitError;
  format == "jsonl" ? PrintJson(rules, out) : PrintTable(rules, out);
  return kExitDone;
}

int RunRulesShow(const Words& words, std::ostream& out, std::ostream& err) {
  std::string rules_dir;
  Words ids;
  Arguments arguments("rules show ID... [--rules DIR]", "Shows rules whole, as they are in use.");
  RulesOption(&arguments, &rules_dir);
  arguments.Positional("id", &ids);
  if (const auto exit = arguments.Parse(words, out, err)) return *exit;
  if (ids.empty()) return arguments.Misuse("name the rules to show", err);
  Errors errors;
  const auto rules = Load(rules_dir, &errors);
  PrintAll(errors, "", err);
  if (!errors.empty()) return kExitError;
  for (const auto& id : ids) {
    const auto it =
        std::find_if(rules.begin(), rules.end(), [&](const Rule& rule) { return rule.id == id; });
    if (it == rules.end()) return arguments.Misuse(UnknownRule(id, rules), err);
    if (&id != &ids.front()) out << "\n";
    ShowRule(*it, out);
  }
  return kExitDone;
}

int RunRulesTest(const Words& words, std::ostream& out, std::ostream& err) {
  std::string rules_dir;
  Arguments arguments("rules test [--rules DIR]",
                      "Loads all rules and runs every example of each through the engine and\n"
                      "through its oracle. All errors come in one run, with file, line, column.",
                      "Exit codes: 0 all is well (warnings may be said), 1 errors.");
  RulesOption(&arguments, &rules_dir);
  Words none;
  arguments.Positional("word", &none, 0);
  if (const auto exit = arguments.Parse(words, out, err)) return *exit;
  Errors errors;
  const auto set = LoadRuleSet(rules_dir, MachineKey(), Examples::kRun, &errors);
  PrintAll(errors, "", err);
  if (!set) {
    err << errors.size() << (errors.size() == 1 ? " error\n" : " errors\n");
    return kExitFound;
  }
  PrintAll(RuleWarnings(*set, rules_dir, Clock::System().Wall()), "warning: ", err);
  size_t examples = 0;
  for (const Rule& rule : RulesOf(*set)) examples += rule.positive.size() + rule.negative.size();
  out << RulesOf(*set).size() << " rules and their " << examples << " examples hold\n";
  return kExitDone;
}

}  // namespace leaktrip

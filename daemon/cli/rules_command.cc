#include <algorithm>
#include <iomanip>
#include <nlohmann/json.hpp>
#include <ostream>

#include "daemon/cli/arguments.h"
#include "daemon/cli/commands.h"
#include "daemon/cli/exit_code.h"
#include "daemon/cli/rule_keywords.h"
#include "daemon/config/installation_key.h"
#include "daemon/config/rule_set_loader.h"
#include "detectors/base/yaml.h"
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

void ShowRule(const Rule& rule, std::ostream& out) {
  Field("id", rule.id, out);
  Field("name", rule.name, out);
  Field("description", rule.description, out);
  Field("provider", rule.provider, out);
  Field("kind", rule.kind, out);
  Field("pattern", rule.pattern, out);
  Field("severity", Name(rule.severity), out);
  Field("confidence", Name(rule.confidence), out);
  if (rule.min_entropy > 0) out << "min_entropy  " << rule.min_entropy << "\n";
  Field("checksum", rule.checksum.value_or(""), out);
  Field("validate", rule.validate.value_or(""), out);
  for (const auto& pattern : rule.allow) Field("allow", pattern, out);
  Field("revocation", rule.revocation, out);
  for (const auto& reference : rule.references) Field("reference", reference, out);
  for (const auto& example : rule.positive) Field("matches", example.text, out);
  for (const auto& example : rule.negative) Field("ignores", example.text, out);
  Field("file", rule.place.file + ":" + std::to_string(rule.place.line), out);
}

int PrintErrors(const Errors& errors, std::ostream& err) {
  for (const auto& error : errors) err << error.ToString() << "\n";
  return kExitError;
}

int Show(const std::vector<Rule>& rules, const Words& ids, const Arguments& arguments,
         std::ostream& out, std::ostream& err) {
  if (ids.empty()) return arguments.Misuse("name the rules to show", err);
  for (const auto& id : ids) {
    const auto it =
        std::find_if(rules.begin(), rules.end(), [&](const Rule& rule) { return rule.id == id; });
    if (it == rules.end()) {
      std::vector<std::string_view> known;
      known.reserve(rules.size());
      for (const Rule& rule : rules) known.push_back(rule.id);
      const auto guess = DidYouMean(id, known);
      return arguments.Misuse(
          "unknown rule `" + id + "`" +
              (guess.empty() ? "" : ", did you mean `" + std::string(guess) + "`?"),
          err);
    }
    if (&id != &ids.front()) out << "\n";
    ShowRule(*it, out);
  }
  return kExitDone;
}

int Test(const std::string& rules_dir, std::ostream& out, std::ostream& err) {
  Errors errors;
  const auto set = LoadRuleSet(rules_dir, MachineKey(), Examples::kRun, &errors);
  for (const auto& error : errors) err << error.ToString() << "\n";
  if (!set) {
    err << errors.size() << (errors.size() == 1 ? " error\n" : " errors\n");
    return kExitFound;
  }
  size_t examples = 0;
  for (const Rule& rule : RulesOf(*set)) examples += rule.positive.size() + rule.negative.size();
  out << RulesOf(*set).size() << " rules and their " << examples << " examples hold\n";
  return kExitDone;
}

}  // namespace

int RunRulesCommand(const Words& words, std::ostream& out, std::ostream& err) {
  std::string rules_dir;
  std::string format = "text";
  Words rest;
  Arguments arguments(
      "rules list|show ID...|test [options]",
      "Lists the rules, shows some of them whole, or tests all with their examples.");
  arguments.Options()("rules", po::value(&rules_dir)->value_name("DIR"),
                      "folder merged over the shipped rules")(
      "format", po::value(&format)->value_name("FORMAT"), "of list: text or jsonl (text)");
  arguments.Positional("action", &rest);
  if (const auto exit = arguments.Parse(words, out, err)) return *exit;
  if (rest.empty()) return arguments.Misuse("say list, show or test", err);
  const std::string action = rest[0];
  rest.erase(rest.begin());
  if (action == "test" && rest.empty()) return Test(rules_dir, out, err);
  if (action != "list" && action != "show")
    return arguments.Misuse("unknown action `" + action + "`: list, show or test", err);
  if (format != "text" && format != "jsonl")
    return arguments.Misuse("unknown format `" + format + "`: text or jsonl", err);
  if (action == "list" && !rest.empty()) return arguments.Misuse("too many words", err);

  Errors errors;
  const auto rules = LoadRules(Below(ShippedRules(), "tokens/"),
                               Below(OverrideFiles(rules_dir, &errors), "tokens/"), &errors);
  if (!errors.empty()) return PrintErrors(errors, err);
  if (action == "show") return Show(rules, rest, arguments, out, err);
  format == "jsonl" ? PrintJson(rules, out) : PrintTable(rules, out);
  return kExitDone;
}

}  // namespace leaktrip

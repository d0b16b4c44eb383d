#include <algorithm>
#include <ostream>

#include "daemon/cli/arguments.h"
#include "daemon/cli/commands.h"
#include "daemon/cli/exit_code.h"
#include "daemon/cli/rules_actions.h"
#include "daemon/config/config.h"
#include "daemon/config/format_set_loader.h"
#include "daemon/config/installation_key.h"
#include "daemon/config/rule_set_loader.h"
#include "daemon/ingest/kafka_conf.h"
#include "daemon/ops/clock.h"
#include "detectors/access/detector_set.h"

namespace leaktrip {
namespace {

void Print(const Errors& errors, size_t from, std::ostream& err) {
  for (size_t i = from; i < errors.size(); ++i) err << errors[i].ToString() << "\n";
}

std::string Counted(size_t count, const std::string& noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

void CheckDetectors(const std::string& rules_dir, Errors* errors) {
  const FileTexts files = OverrideFiles(rules_dir, errors);
  DetectorSet::Make(Below(ShippedRules(), "access/"), Below(files, "access/"), Networks::None(),
                    errors);
}

void CheckFormats(const std::string& rules_dir, Errors* errors) {
  Errors found;
  LoadFormatSet(rules_dir, Examples::kRun, &found);
  for (Error& error : found) {
    // A folder that cannot be read was reported already.
    const bool known = std::any_of(errors->begin(), errors->end(), [&](const Error& other) {
      return other.ToString() == error.ToString();
    });
    if (!known) errors->push_back(std::move(error));
  }
}

}  // namespace

int RunCheckCommand(const Words& words, std::ostream& out, std::ostream& err) {
  std::string config_file;
  std::string rules_dir;
  bool no_environment = false;
  Arguments arguments(
      "check [--config FILE] [--rules DIR]",
      "Checks the configuration, what it needs (secrets, folders, Kafka settings), the\n"
      "rules and every example of every rule. All errors come in one run.",
      "Exit codes: 0 all is well, 78 the configuration is wrong, 1 the rules are wrong.");
  arguments.Options()("config", po::value(&config_file)->value_name("FILE"),
                      "configuration to check")(
      "rules", po::value(&rules_dir)->value_name("DIR"),
      "folder merged over the shipped rules, instead of the configured one")(
      "no-environment", po::bool_switch(&no_environment),
      "do not look at files that the configuration names");
  Words none;
  arguments.Positional("word", &none, 0);
  if (const auto exit = arguments.Parse(words, out, err)) return *exit;

  Errors errors;
  if (!config_file.empty()) {
    const auto config = LoadConfig(config_file, &errors);
    if (config) {
      if (!no_environment) {
        CheckKafka(config->kafka, config->file, &errors);
        CheckEnvironment(*config, &errors);
      }
      if (rules_dir.empty() && !no_environment) rules_dir = config->rules_dir;
    } else if (errors.empty()) {
      errors.push_back(config.error());
    }
  }
  Print(errors, 0, err);
  const size_t config_errors = errors.size();

  const auto rules = LoadRuleSet(rules_dir, MachineKey(), Examples::kRun, &errors);
  CheckDetectors(rules_dir, &errors);
  CheckFormats(rules_dir, &errors);
  Print(errors, config_errors, err);
  if (config_errors > 0) err << config_file << ": " << Counted(config_errors, "error") << "\n";
  if (errors.size() > config_errors)
    err << "rules: " << Counted(errors.size() - config_errors, "error") << "\n";
  if (config_errors > 0) return kExitConfig;
  if (!errors.empty()) return kExitFound;
  PrintAll(RuleWarnings(*rules, rules_dir, Clock::System().Wall()), "warning: ", err);
  out << (config_file.empty() ? "" : config_file + ": right\n")
      << Counted(RulesOf(*rules).size(), "rule") << ": right, all examples hold\n";
  return kExitDone;
}

}  // namespace leaktrip

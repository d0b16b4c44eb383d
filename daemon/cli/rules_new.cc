// rules new: a rule proposed from samples of a secret.
#include <filesystem>
#include <fstream>
#include <ostream>
#include <random>

#include "daemon/cli/arguments.h"
#include "daemon/cli/exit_code.h"
#include "daemon/cli/rules_actions.h"
#include "daemon/cli/secret_prompt.h"
#include "daemon/config/installation_key.h"
#include "daemon/config/rule_set_loader.h"
#include "daemon/ops/clock.h"
#include "detectors/leak/rule_loader.h"
#include "detectors/leak/rule_proposal.h"
#include "detectors/leak/rule_writer.h"

namespace leaktrip {
namespace {

constexpr char kPrompt[] =
    "Paste one or more samples of the secret, or lines that hold one (they are not\n"
    "shown); an empty line ends.\n";

// Says which rules see the samples already; a new one may not be needed.
Result<void> SayWhoKnows(const std::vector<std::string>& samples, const Rule& proposed,
                         std::ostream& err) {
  Errors errors;
  const auto rules = LoadRuleSet("", MachineKey(), Examples::kSkip, &errors);
  if (!rules) return std::unexpected(errors.front());
  const auto engine = MakeEngine(rules);
  for (const Rule& rule : RulesOf(*rules))
    if (rule.id == proposed.id)
      err << "note: a shipped rule is called `" << rule.id
          << "`; this one would replace it, choose another name with --id\n";
  for (const auto& sample : samples) {
    const std::string text =
        (proposed.hints.empty() ? "" : proposed.provider + "_") + "key=" + sample;
    std::vector<Finding> findings;
    engine->Scan({text, {}}, Clock::System().Wall(), &findings);
    for (const Finding& finding : findings) {
      if (finding.rule->provider.empty()) continue;
      err << "note: the shipped rule `" << finding.rule->id << "` finds such secrets already\n";
      return {};
    }
  }
  return {};
}

int Save(const std::string& folder, const Rule& rule, const std::string& yaml, std::ostream& err) {
  const auto path = std::filesystem::path(folder) / "tokens" / (rule.provider + ".yaml");
  std::error_code error;
  if (std::filesystem::exists(path, error)) {
    err << "leaktrip rules: " << path.string() << " is there already; add the rule by hand\n";
    return kExitError;
  }
  std::filesystem::create_directories(path.parent_path(), error);
  std::ofstream file(path);
  file << yaml << std::flush;
  if (!file) {
    err << "leaktrip rules: " << path.string() << " cannot be written\n";
    return kExitError;
  }
  err << "written to " << path.string() << "; complete its description, then run\n"
      << "  leaktrip rules test --rules " << folder << "\n";
  return kExitDone;
}

}  // namespace

int RunRulesNew(const Words& words, std::ostream& out, std::ostream& err) {
  ProposalWishes wishes;
  std::string folder;
  Arguments arguments(
      "rules new [--provider NAME] [--out DIR]",
      "Proposes a rule from samples of a secret, which it asks for or reads from stdin,\n"
      "one a line. The more samples, the better the rule. Nothing of a sample is shown\n"
      "or kept but its shape and beginning; the rule's examples are made up.");
  arguments.Options()("provider", po::value(&wishes.provider)->value_name("NAME"),
                      "whose secret it is (what it begins with)")(
      "id", po::value(&wishes.id)->value_name("ID"), "id of the rule (PROVIDER-KIND)")(
      "name", po::value(&wishes.name)->value_name("TEXT"), "what people call it")(
      "kind", po::value(&wishes.kind)->value_name("KIND"), "what it is (api-key)")(
      "out", po::value(&folder)->value_name("DIR"),
      "rules folder to write it to, instead of stdout");
  Words none;
  arguments.Positional("word", &none, 0);
  if (const auto exit = arguments.Parse(words, out, err)) return *exit;

  std::vector<std::string> samples;
  for (const auto& line : ReadSecretLines(kPrompt, err)) samples.emplace_back(SecretIn(line));
  if (samples.empty()) return arguments.Misuse("no sample was given", err);
  const auto rule = ProposeRule(samples, wishes, std::random_device{}());
  if (!rule) {
    err << "leaktrip rules: " << rule.error().message << "\n";
    return kExitError;
  }
  const std::string yaml = WriteRules(rule->provider, {*rule});
  Errors errors;
  LoadRules({}, {{"tokens/new.yaml", yaml}}, &errors);  // ids and names may be anything so far
  PrintAll(errors, "leaktrip rules: ", err);
  if (!errors.empty()) return kExitError;
  if (const auto said = SayWhoKnows(samples, *rule, err); !said) return kExitError;
  if (!folder.empty()) return Save(folder, *rule, yaml, err);
  out << yaml;
  return kExitDone;
}

}  // namespace leaktrip

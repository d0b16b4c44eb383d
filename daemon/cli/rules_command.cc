#include <algorithm>
#include <iomanip>
#include <ostream>

#include "daemon/cli/arguments.h"
#include "daemon/cli/commands.h"
#include "daemon/cli/exit_code.h"
#include "daemon/cli/rules_actions.h"
#include "detectors/base/yaml.h"

namespace leaktrip {
namespace {

constexpr Command kActions[] = {
    {"list", "every rule on a line", RunRulesList},
    {"show", "some rules whole", RunRulesShow},
    {"test", "every example of every rule, in both engines", RunRulesTest},
    {"new", "a rule proposed from samples of a secret", RunRulesNew},
    {"bench", "what each rule costs and finds in files", RunRulesBench},
    {"backtest", "what a changed folder or one rule raises in files", RunRulesBacktest},
    {"import", "rules of gitleaks, betterleaks, Nosey Parker, Kingfisher", RunRulesImport},
};

void PrintHelp(std::ostream& out) {
  out << "Usage: leaktrip rules ACTION [options]\n\n"
         "Shows, tests and makes the rules that say what a leaked credential looks like.\n\n"
         "Actions:\n";
  for (const Command& action : kActions)
    out << "  " << std::left << std::setw(10) << action.name << action.summary << "\n";
  out << "\n`leaktrip rules ACTION --help` says more about one.\n";
}

int Misuse(const std::string& message, std::ostream& err) {
  err << "leaktrip rules: " << message << "\nSee `leaktrip rules --help`.\n";
  return kExitError;
}

const Command* FindAction(const std::string& word) {
  const auto* const it = std::find_if(std::begin(kActions), std::end(kActions),
                                      [&](const Command& action) { return action.name == word; });
  return it == std::end(kActions) ? nullptr : it;
}

}  // namespace

std::string UnknownRule(const std::string& id, const std::vector<Rule>& rules) {
  std::vector<std::string_view> known;
  known.reserve(rules.size());
  for (const Rule& rule : rules) known.emplace_back(rule.id);
  const auto guess = DidYouMean(id, known);
  return "unknown rule `" + id + "`" +
         (guess.empty() ? "" : ", did you mean `" + std::string(guess) + "`?");
}

void PrintAll(const Errors& errors, std::string_view prefix, std::ostream& err) {
  for (const auto& error : errors) err << prefix << error.ToString() << "\n";
}

int RunRulesCommand(const Words& words, std::ostream& out, std::ostream& err) {
  if (words.empty()) return Misuse("say what to do: list, show, test, new, bench, …", err);
  if (words[0] == "--help" || words[0] == "-h") {
    PrintHelp(out);
    return kExitDone;
  }
  // Options may stand before the action.
  const auto it = words[0].starts_with('-')
                      ? std::find_if(words.begin(), words.end(),
                                     [](const auto& word) { return FindAction(word) != nullptr; })
                      : words.begin();
  const Command* action = it == words.end() ? nullptr : FindAction(*it);
  if (action == nullptr) {
    std::vector<std::string_view> names;
    for (const Command& known : kActions) names.push_back(known.name);
    const auto guess = DidYouMean(words[0], names);
    return Misuse("unknown action `" + words[0] + "`" +
                      (guess.empty() ? "" : ", did you mean `" + std::string(guess) + "`?"),
                  err);
  }
  Words rest(words.begin(), it);
  rest.insert(rest.end(), it + 1, words.end());
  return action->run(rest, out, err);
}

}  // namespace leaktrip

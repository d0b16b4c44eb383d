#include "daemon/cli/commands.h"

#include <algorithm>
#include <iomanip>
#include <ostream>

#include "daemon/cli/exit_code.h"
#include "detectors/base/yaml.h"

namespace leaktrip {
namespace {

constexpr Command kCommands[] = {
    {"run", "run the daemon", RunDaemonCommand},
    {"check", "check configuration, rules and their examples", RunCheckCommand},
    {"scan", "find leaked credentials in files, folders or stdin", RunScanCommand},
    {"replay", "judge how tokens were used, over files of events", RunReplayCommand},
    {"explain", "say step by step how one line is judged", RunExplainCommand},
    {"rules", "show, test, make and measure the rules", RunRulesCommand},
    {"formats", "list, show, test or detect the formats of access events", RunFormatsCommand},
    {"networks", "make one table of networks, or look addresses up", RunNetworksCommand},
    {"outbox", "list, retry or drop stored deliveries", RunOutboxCommand},
    {"revoke", "list, approve or deny revocations", RunRevokeCommand},
    {"audit", "list or verify who did what to which token", RunAuditCommand},
    {"demo", "show the whole way on an embedded broker", RunDemoCommand},
    {"version", "print the version and those of the libraries", RunVersionCommand},
};

void PrintHelp(std::ostream& out) {
  out << "Usage: leaktrip COMMAND [options]\n\n"
         "Finds leaked API tokens in log and access streams, judges how tokens are used,\n"
         "raises one alert, and gets the token revoked.\n\n"
         "Commands:\n";
  for (const Command& command : kCommands)
    out << "  " << std::left << std::setw(10) << command.name << command.summary << "\n";
  out << "\n`leaktrip COMMAND --help` says more about one.\n"
         "Exit codes: 0 done, 1 found or failed, 2 error, 78 configuration.\n";
}

int UnknownCommand(const std::string& word, std::ostream& err) {
  std::vector<std::string_view> names;
  for (const Command& command : kCommands) names.push_back(command.name);
  err << "leaktrip: unknown command `" << word << "`";
  if (const auto guess = DidYouMean(word, names); !guess.empty())
    err << ", did you mean `" << guess << "`?";
  err << "\nSee `leaktrip --help`.\n";
  return kExitError;
}

}  // namespace

std::span<const Command> Commands() { return kCommands; }

int RunCommandLine(const Words& words, std::ostream& out, std::ostream& err) {
  if (words.empty()) {
    PrintHelp(err);
    return kExitError;
  }
  if (words[0] == "--help" || words[0] == "-h" || words[0] == "help") {
    PrintHelp(out);
    return kExitDone;
  }
  if (words[0] == "--version") return RunVersionCommand({}, out, err);
  for (const Command& command : kCommands)
    if (command.name == words[0]) return command.run({words.begin() + 1, words.end()}, out, err);
  return UnknownCommand(words[0], err);
}

}  // namespace leaktrip

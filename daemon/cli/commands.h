// The commands of the program: a table of names, summaries and functions.
//
// A command takes its words (without its own name) and two streams and returns an ExitCode. It
// writes results to out and everything else to err.
#pragma once

#include <iosfwd>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace leaktrip {

using Words = std::vector<std::string>;

struct Command {
  std::string_view name;
  std::string_view summary;
  int (*run)(const Words& words, std::ostream& out, std::ostream& err);
};

std::span<const Command> Commands();

// words: those after the program's name.
int RunCommandLine(const Words& words, std::ostream& out, std::ostream& err);

int RunDaemonCommand(const Words& words, std::ostream& out, std::ostream& err);
int RunCheckCommand(const Words& words, std::ostream& out, std::ostream& err);
int RunScanCommand(const Words& words, std::ostream& out, std::ostream& err);
int RunReplayCommand(const Words& words, std::ostream& out, std::ostream& err);
int RunExplainCommand(const Words& words, std::ostream& out, std::ostream& err);
int RunRulesCommand(const Words& words, std::ostream& out, std::ostream& err);
int RunFormatsCommand(const Words& words, std::ostream& out, std::ostream& err);
int RunNetworksCommand(const Words& words, std::ostream& out, std::ostream& err);
int RunOutboxCommand(const Words& words, std::ostream& out, std::ostream& err);
int RunRevokeCommand(const Words& words, std::ostream& out, std::ostream& err);
int RunAuditCommand(const Words& words, std::ostream& out, std::ostream& err);
int RunDemoCommand(const Words& words, std::ostream& out, std::ostream& err);
int RunVersionCommand(const Words& words, std::ostream& out, std::ostream& err);

}  // namespace leaktrip

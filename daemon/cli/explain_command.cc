#include <algorithm>
#include <iostream>
#include <ostream>

#include "daemon/cli/arguments.h"
#include "daemon/cli/block_scanner.h"
#include "daemon/cli/commands.h"
#include "daemon/cli/exit_code.h"
#include "daemon/cli/scan_format.h"
#include "daemon/config/installation_key.h"
#include "daemon/config/rule_set_loader.h"
#include "daemon/ops/clock.h"
#include "daemon/ops/printable.h"
#include "detectors/access/access_parser.h"

namespace leaktrip {
namespace {

constexpr size_t kMaxBytes = 1 << 20;

void PrintVerdicts(const std::vector<Verdict>& verdicts, std::ostream& out) {
  out << "Leaks: " << verdicts.size() << (verdicts.size() == 1 ? " candidate" : " candidates")
      << "\n";
  for (const auto& verdict : verdicts)
    out << "  bytes " << verdict.start << "-" << verdict.end << "  " << verdict.rule->id << "  "
        << (verdict.kept ? "kept" : "dropped") << ": " << verdict.reason << "\n";
}

void PrintFinding(const Finding& finding, std::string_view line,
                  const std::vector<Finding>& findings, std::ostream& out) {
  const PlacedFinding placed{.finding = finding, .block = line, .in_block = findings};
  out << "Finding: " << finding.rule->id << " (" << finding.rule->name << ")\n"
      << "  where        bytes " << finding.start << "-" << finding.end << ": "
      << RedactedLine(placed) << "\n"
      << "  severity     " << Name(finding.severity) << "\n"
      << "  confidence   " << Name(finding.confidence) << "\n"
      << "  fingerprint  " << finding.fingerprint.Hex() << "\n";
  for (const auto step : finding.decoded) out << "  decoded      " << Name(step) << "\n";
  if (finding.expires) out << "  expires      " << FormatTime(*finding.expires) << "\n";
  for (const auto& fact : finding.facts) out << "  because      " << fact << "\n";
  if (!finding.rule->revocation.empty())
    out << "  revoked by   " << finding.rule->revocation << "\n";
}

class FieldPrinter {
 public:
  explicit FieldPrinter(std::ostream& out) : out_(out) {}
  void Print(std::string_view name, std::string_view value) {
    if (value.empty()) return;
    out_ << "  " << name << std::string(std::max<size_t>(14, name.size() + 1) - name.size(), ' ')
         << Printable(value) << "\n";
  }

 private:
  std::ostream& out_;
};

// A path may hold the leaked secret itself, so what the scan found is cut out of it.
std::string WithoutSecrets(std::string_view text, const std::vector<Finding>& findings) {
  std::string clean(text);
  for (const Finding& finding : findings) {
    const std::string_view secret = finding.secret.Reveal();
    if (secret.empty()) continue;
    for (auto at = clean.find(secret); at != std::string::npos; at = clean.find(secret, at)) {
      clean.replace(at, secret.size(), finding.redacted);
      at += finding.redacted.size();
    }
  }
  return clean;
}

void PrintEvent(const AccessEvent& event, const std::vector<Finding>& findings, std::ostream& out) {
  out << "Access event:\n";
  FieldPrinter printer(out);
  const auto text = [&](std::string_view name, std::string_view value) {
    printer.Print(name, WithoutSecrets(value, findings));
  };
  printer.Print("ts", FormatTime(event.ts));
  if (event.client_ip) printer.Print("client_ip", event.client_ip->ToString());
  text("method", event.method);
  text("path", event.path);
  if (event.status) printer.Print("status", std::to_string(event.status));
  text("user", event.user);
  if (event.token) printer.Print("token_sha256", event.token->Hex());
  text("user_agent", event.user_agent);
  text("host", event.host);
  text("scope", event.scope);
  if (event.service_account) printer.Print("service_account", "true");
  if (event.token_created) printer.Print("token_created", FormatTime(*event.token_created));
  if (event.token_expires) printer.Print("token_expires", FormatTime(*event.token_expires));
  if (event.bytes) printer.Print("bytes", std::to_string(event.bytes));
  printer.Print("judged as", event.Succeeded() ? "success"
                             : event.Denied()  ? "denied"
                                               : "neither success nor denied");
}

}  // namespace

int RunExplainCommand(const Words& words, std::ostream& out, std::ostream& err) {
  std::string rules_dir;
  Arguments arguments("explain [--rules DIR] < LINE",
                      "Says step by step how one line or event from stdin is judged: each place a\n"
                      "rule looked at and why it was kept or dropped, then the access event read.",
                      "Exit codes: 0 nothing found, 1 found, 2 error.");
  arguments.Options()("rules", po::value(&rules_dir)->value_name("DIR"),
                      "folder merged over the shipped rules");
  Words none;
  arguments.Positional("word", &none, 0);
  if (const auto exit = arguments.Parse(words, out, err)) return *exit;

  std::string line(kMaxBytes, '\0');
  std::cin.read(line.data(), static_cast<std::streamsize>(line.size()));
  line.resize(static_cast<size_t>(std::cin.gcount()));
  while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.pop_back();
  if (line.empty()) return arguments.Misuse("stdin is empty: pipe one line into it", err);

  Errors errors;
  const auto rules = LoadRuleSet(rules_dir, MachineKey(), Examples::kSkip, &errors);
  for (const auto& error : errors) err << error.ToString() << "\n";
  if (!rules) return kExitError;
  std::vector<Finding> findings;
  std::vector<Verdict> verdicts;
  MakeEngine(rules)->Scan({.bytes = line, .record_ends = {}}, Clock::System().Wall(), &findings,
                          &verdicts);
  PrintVerdicts(verdicts, out);
  for (const Finding& finding : findings) PrintFinding(finding, line, findings, out);

  AccessParser parser(AccessFormat::kAuto);
  if (const auto event = parser.Parse(line))
    PrintEvent(*event, findings, out);
  else
    out << "Access event: none (" << event.error() << ")\n";
  return findings.empty() ? kExitDone : kExitFound;
}

}  // namespace leaktrip

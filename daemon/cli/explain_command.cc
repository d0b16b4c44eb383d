#include <algorithm>
#include <iostream>
#include <ostream>

#include "daemon/cli/arguments.h"
#include "daemon/cli/block_scanner.h"
#include "daemon/cli/commands.h"
#include "daemon/cli/exit_code.h"
#include "daemon/cli/explain_event.h"
#include "daemon/cli/scan_format.h"
#include "daemon/config/installation_key.h"
#include "daemon/config/rule_set_loader.h"
#include "daemon/ops/clock.h"
#include "detectors/leak/allow_list.h"
#include "detectors/record_place.h"

namespace leaktrip {
namespace {

constexpr size_t kMaxBytes = 1 << 20;

// Whether an allow entry silences the finding; its verdicts say so then.
bool SilencedBy(const AllowList& allow, const Finding& finding, const AllowPlace& place, Millis now,
                std::vector<Verdict>* verdicts) {
  const AllowEntry* entry = allow.Find(finding, place, now);
  if (entry == nullptr) return false;
  for (Verdict& verdict : *verdicts) {
    if (!verdict.kept || verdict.start >= finding.end || finding.start >= verdict.end) continue;
    verdict.kept = false;
    verdict.reason = AllowWords(*entry);
  }
  return true;
}

void PrintVerdicts(const std::vector<Verdict>& verdicts, std::ostream& out) {
  out << "Leaks: " << verdicts.size() << (verdicts.size() == 1 ? " candidate" : " candidates")
      << "\n";
  for (const auto& verdict : verdicts)
    out << "  bytes " << verdict.start << "-" << verdict.end << "  " << verdict.rule->id << "  "
        << (verdict.kept ? "kept" : "dropped") << ": " << verdict.reason << "\n";
}

void PrintFinding(const Finding& finding, std::string_view line, const std::vector<Finding>& all,
                  std::ostream& out) {
  const PlacedFinding placed{.finding = finding, .block = line, .in_block = all};
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

}  // namespace

int RunExplainCommand(const Words& words, std::ostream& out, std::ostream& err) {
  std::string rules_dir, topic, path;
  Arguments arguments("explain [options] < LINE",
                      "Says step by step how one line or event from stdin is judged: each place a\n"
                      "rule looked at and why it was kept or dropped, then the access event read.",
                      "Exit codes: 0 nothing found, 1 found, 2 error.");
  arguments.Options()("rules", po::value(&rules_dir)->value_name("DIR"),
                      "folder merged over the shipped rules")(
      "topic", po::value(&topic)->value_name("NAME"), "judge allow entries as in this topic")(
      "path", po::value(&path)->value_name("PATH"), "or as in this file");
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
  const Millis now = Clock::System().Wall();
  std::vector<Finding> findings;
  std::vector<Verdict> verdicts;
  // The oracle, which tries every rule: the fast engine does not look at what cannot be a finding.
  MakeOracle(rules)->Scan({.bytes = line, .record_ends = {}}, now, &findings, &verdicts);
  // What is allowed is still a secret and stays redacted.
  std::string masked = line;
  for (const Finding& finding : findings)
    std::fill(masked.begin() + static_cast<ptrdiff_t>(finding.start),
              masked.begin() + static_cast<ptrdiff_t>(finding.end), '*');
  const RecordPlace record = PlaceOf(masked);
  const AllowPlace place{.path = path.empty() ? record.path : path, .topic = topic};
  std::vector<size_t> reported;
  for (size_t i = 0; i < findings.size(); ++i)
    if (!SilencedBy(AllowOf(*rules), findings[i], place, now, &verdicts)) reported.push_back(i);
  PrintVerdicts(verdicts, out);
  for (const size_t i : reported) PrintFinding(findings[i], line, findings, out);

  ExplainEvent(line, rules_dir, findings, out);
  return reported.empty() ? kExitDone : kExitFound;
}

}  // namespace leaktrip

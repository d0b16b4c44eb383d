#include <signal.h>
#include <unistd.h>

#include <fmt/format.h>

#include <cstdlib>
#include <mutex>
#include <optional>
#include <ostream>
#include <thread>

#include "daemon/cli/arguments.h"
#include "daemon/cli/commands.h"
#include "daemon/cli/exit_code.h"
#include "daemon/cli/progress_line.h"
#include "daemon/cli/scan_job.h"
#include "daemon/config/installation_key.h"
#include "daemon/config/rule_set_loader.h"
#include "daemon/ops/clock.h"

namespace leaktrip {
namespace {

std::atomic<bool> interrupted = false;

void OnInterrupt(int) { interrupted = true; }

// The first Ctrl-C ends the scan with what was found; the second one kills as usual.
void CatchInterrupt() {
  interrupted = false;
  struct sigaction action{};
  action.sa_handler = OnInterrupt;
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  sigaction(SIGINT, &action, nullptr);
}

struct ScanWords {
  std::string format = "text";
  std::string rules_dir;
  std::string fail_on = "info";
  std::string baseline;
  int jobs = 0;
  Words paths;
};

bool ColourWanted() { return isatty(STDOUT_FILENO) && !std::getenv("NO_COLOR"); }

std::unique_ptr<ScanFormat> MakeFormat(const std::string& name, const RuleSet& rules) {
  if (name == "text") return MakeTextFormat(ColourWanted());
  if (name == "jsonl") return MakeJsonlFormat();
  if (name == "sarif") return MakeSarifFormat(RulesOf(rules));
  return nullptr;
}

std::string Counted(uint64_t count, const std::string& noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

void Summarise(const ScanCounters& counters, std::ostream& err) {
  err << Counted(counters.findings, "finding") << " in " << Counted(counters.files, "file")
      << fmt::format(" of {:.1f} MB", static_cast<double>(counters.bytes) / 1e6);
  if (counters.allowed > 0) err << fmt::format("; {} allowed", counters.allowed.load());
  if (counters.known > 0) err << fmt::format("; {} in the baseline", counters.known.load());
  err << "\n";
}

// The scan itself, with a progress line where people see it; false when a file could not be read.
bool ScanPaths(const ScanWords& words, const std::vector<ScanPath>& paths,
               const std::shared_ptr<const RuleSet>& rules, const ScanOptions& options,
               ScanCounters* counters, std::ostream& out, std::ostream& err) {
  uint64_t disk_bytes = 0;
  for (const auto& path : paths) disk_bytes += path.bytes;
  std::optional<ProgressLine> progress;
  if (isatty(STDERR_FILENO)) progress.emplace(*counters, disk_bytes, err);
  const bool shared = progress && isatty(STDOUT_FILENO);
  std::mutex mutex;
  bool good = true;
  RunScanJob(
      paths, rules, *MakeFormat(words.format, *rules), options, interrupted, counters,
      [&](std::string_view text) {
        if (shared)
          progress->Around([&] { out << text << std::flush; });
        else
          out << text;
      },
      [&](const Error& error) {
        const std::lock_guard lock(mutex);
        good = false;
        const auto say = [&] { err << "leaktrip scan: " << error.ToString() << "\n"; };
        progress ? progress->Around(say) : say();
      });
  out << std::flush;
  return good;
}

int Scan(const ScanWords& words, Severity fail_on, std::ostream& out, std::ostream& err) {
  Errors errors;
  const auto rules = LoadRuleSet(words.rules_dir, MachineKey(), Examples::kSkip, &errors);
  for (const auto& error : errors) err << error.ToString() << "\n";
  if (!rules) return kExitError;

  std::optional<ScanBaseline> baseline;
  if (!words.baseline.empty()) {
    auto read = ScanBaseline::Read(words.baseline);
    if (!read) {
      err << "leaktrip scan: " << read.error().ToString() << "\n";
      return kExitError;
    }
    baseline = *std::move(read);
  }
  const auto paths = ListScanPaths(words.paths, &errors);
  for (const auto& error : errors) err << "leaktrip scan: " << error.ToString() << "\n";

  CatchInterrupt();
  const int cores = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  const ScanOptions options{.jobs = words.jobs > 0 ? words.jobs : cores,
                            .fail_on = fail_on,
                            .now = Clock::System().Wall(),
                            .baseline = baseline ? &*baseline : nullptr};
  ScanCounters counters;
  const bool good = ScanPaths(words, paths, rules, options, &counters, out, err) && errors.empty();
  if (words.format == "text" || interrupted) Summarise(counters, err);
  if (interrupted) err << "leaktrip scan: interrupted; the rest was not scanned\n";
  if (!good || interrupted || !out) return kExitError;
  return counters.failing > 0 ? kExitFound : kExitDone;
}

}  // namespace

int RunScanCommand(const Words& words, std::ostream& out, std::ostream& err) {
  ScanWords scan;
  Arguments arguments(
      "scan [options] PATH...|-",
      "Finds leaked credentials in files, folders (recursive), .gz, .zst, .tar and\n"
      "stdin (-). Secrets are shown redacted.",
      "Exit codes: 0 nothing found, 1 found, 2 error, a file could not be read, or\n"
      "interrupted (Ctrl-C: what was found so far is written first).");
  arguments.Options()("format", po::value(&scan.format)->value_name("FORMAT"),
                      "text, jsonl or sarif (text)")("rules",
                                                     po::value(&scan.rules_dir)->value_name("DIR"),
                                                     "folder merged over the shipped rules")(
      "jobs", po::value(&scan.jobs)->value_name("N"), "files scanned at once (one per core)")(
      "fail-on", po::value(&scan.fail_on)->value_name("SEVERITY"),
      "exit with 1 only for findings from this severity on: info, low, medium, high, critical")(
      "baseline", po::value(&scan.baseline)->value_name("FILE"),
      "leave out what an earlier scan found: its jsonl, or one fingerprint a line");
  arguments.Positional("path", &scan.paths);
  if (const auto exit = arguments.Parse(words, out, err)) return *exit;
  if (scan.paths.empty()) return arguments.Misuse("name what to scan, or - for stdin", err);
  if (scan.format != "text" && scan.format != "jsonl" && scan.format != "sarif")
    return arguments.Misuse("unknown format `" + scan.format + "`: text, jsonl or sarif", err);
  if (scan.jobs < 0 || scan.jobs > 256) return arguments.Misuse("--jobs must be 1 to 256", err);
  const auto fail_on = ParseSeverity(scan.fail_on);
  if (!fail_on)
    return arguments.Misuse(
        "unknown severity `" + scan.fail_on + "`: info, low, medium, high or critical", err);
  return Scan(scan, *fail_on, out, err);
}

}  // namespace leaktrip

#include <algorithm>
#include <ostream>

#include "daemon/cli/arguments.h"
#include "daemon/cli/commands.h"
#include "daemon/cli/exit_code.h"
#include "daemon/cli/service.h"
#include "daemon/ops/log.h"
#include "daemon/ops/process.h"

namespace leaktrip {
namespace {

// What a restart cannot mend is the configuration's; systemd leaves the unit down then.
int ExitCodeOf(const Errors& errors) {
  const bool configuration = std::all_of(errors.begin(), errors.end(), [](const Error& error) {
    return error.code == Code::kInvalid || error.code == Code::kNotFound;
  });
  return configuration ? kExitConfig : kExitError;
}

int Refuse(const Errors& errors) {
  LogErrors(errors);
  return ExitCodeOf(errors);
}

}  // namespace

int RunDaemonCommand(const Words& words, std::ostream& out, std::ostream& err) {
  std::string config_file;
  bool exit_at_end = false;
  Arguments arguments("run --config FILE [--exit-at-end]",
                      "Runs the daemon: reads topics, raises alerts, delivers them, gets tokens\n"
                      "revoked. SIGHUP reloads the rules, SIGTERM drains and ends.",
                      "Exit codes: 0 ended as asked, 2 error, 78 the configuration is wrong.");
  arguments.Options()("config", po::value(&config_file)->value_name("FILE"), "configuration")(
      "exit-at-end", po::bool_switch(&exit_at_end),
      "stop at the offsets that were the end at the start");
  Words none;
  arguments.Positional("word", &none, 0);
  if (const auto exit = arguments.Parse(words, out, err)) return *exit;
  if (config_file.empty()) return arguments.Misuse("`--config` is missing", err);

  if (const auto hardened = HardenProcess(); !hardened) return Refuse({hardened.error()});
  Errors errors;
  auto config = LoadConfig(config_file, &errors);
  if (!config) return Refuse(errors.empty() ? Errors{config.error()} : errors);
  spdlog::set_level(spdlog::level::from_str(config->log_level));
  const auto signals = Signals::Block();
  if (!signals) return Refuse({signals.error()});
  const auto service =
      Service::Make({.config = std::move(*config), .exit_at_end = exit_at_end}, &errors);
  if (!service) return Refuse(errors);
  return service->Run(signals->get());
}

}  // namespace leaktrip

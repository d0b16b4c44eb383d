#include <iomanip>
#include <ostream>

#include "daemon/cli/arguments.h"
#include "daemon/cli/commands.h"
#include "daemon/cli/replay.h"

namespace leaktrip {

int RunReplayCommand(const Words& words, std::ostream& out, std::ostream& err) {
  ReplayOptions replay;
  Arguments arguments(
      "replay --events FILE... --alerts OUT [options]",
      "Judges how tokens were used in files of access events, by event time.",
      "Files may be .gz or .zst. Exit codes: 0 done, 2 usage, input or runtime error.");
  const auto file = [](std::string* target) { return po::value(target)->value_name("FILE"); };
  arguments.Options()("events", po::value(&replay.events)->multitoken()->value_name("FILE..."),
                      "access events; - for stdin")(
      "format", po::value(&replay.format)->value_name("NAME"),
      "auto, or one of `leaktrip formats list` (auto)")(
      "trusted-proxies", po::value(&replay.trusted_proxies)->multitoken()->value_name("CIDR..."),
      "whose forwarded addresses are believed")("leaks", file(&replay.leaks),
                                                "known leaks {ts, token_sha256, source}")(
      "revocations", file(&replay.revocations), "revocations {ts, token_sha256, user, reason}")(
      "networks", file(&replay.networks), "networks as CSV or MMDB")(
      "rules", po::value(&replay.rules_dir)->value_name("DIR"),
      "folder merged over the shipped rules")("alerts-per-day",
                                              po::value(&replay.alerts_per_day)->value_name("N"),
                                              "raise about this many alerts a day")(
      "state", po::value(&replay.state_dir)->value_name("DIR"),
      "leave the store that a daemon would")(
      "alerts", po::value(&replay.alerts_out)->value_name("OUT"), "one alert a line; - for stdout");
  Words none;
  arguments.Positional("word", &none, 0);
  if (const auto exit = arguments.Parse(words, out, err)) return *exit;
  if (replay.events.empty()) return arguments.Misuse("`--events` is missing", err);
  if (replay.alerts_out.empty()) return arguments.Misuse("`--alerts` is missing", err);
  if (!(replay.alerts_per_day >= 0))
    return arguments.Misuse("--alerts-per-day must not be negative", err);
  return RunReplay(replay, out, err);
}

}  // namespace leaktrip

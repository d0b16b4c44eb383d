// replay: the use detectors over files of AccessEvents, by event time.
//
// Events of several files are merged by their time, leaks and revocations of the side feeds come in
// at theirs. Same code, same alerts as the daemon's. Bad lines are counted by reason and reported
// with the place of the first; they stop nothing. A file that cannot be read does.
#pragma once

#include <ostream>
#include <string>
#include <vector>

namespace leaktrip {

struct ReplayOptions {
  std::vector<std::string> events;           // plain, gzip or zstd; "-" is stdin
  std::string format = "auto";               // auto, or the id of a format
  std::vector<std::string> trusted_proxies;  // networks
  std::string leaks;                         // JSON lines {ts, token_sha256, source}; empty: none
  std::string revocations;    // JSON lines {ts, token_sha256, user, reason}; empty: none
  std::string networks;       // CSV or .mmdb; empty: none
  std::string rules_dir;      // merged over the shipped rules; empty: none
  double alerts_per_day = 0;  // 0: no budget, fixed thresholds
  std::string state_dir;      // leaves the store that a daemon would; empty: none
  std::string alerts_out;     // one alert per line; "-" is `out`
};

// Exit code: 0 done, 2 usage, input or runtime error. Errors and the summary go to `err`.
int RunReplay(const ReplayOptions& options, std::ostream& out, std::ostream& err);

}  // namespace leaktrip

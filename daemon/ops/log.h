// Log: the daemon's own lines on stderr, through spdlog.
//
// Under systemd (JOURNAL_STREAM names our stderr) a line is `<3>message`: the journal keeps time
// and priority. On a terminal it is coloured, in a pipe it is plain: time, level, message. Control
// characters of a message are written as \xNN, so that no input can forge a line.
//
// Any thread. No secret may be passed; `Secret` cannot be formatted.
#pragma once

#include <spdlog/spdlog.h>

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "daemon/ops/clock.h"
#include "detectors/base/result.h"

namespace leaktrip {

enum class LogStyle { kPlain, kColour, kJournal };

// The style that fits stderr and the environment.
LogStyle DetectLogStyle();
// One line as it is written, with its newline. time is wall time.
std::string FormatLogLine(LogStyle style, spdlog::level::level_enum level, Millis time,
                          std::string_view message);
// Sets spdlog's default logger. level_name is one of debug, info, warning, error.
void StartLogging(LogStyle style, std::string_view level_name);
// Each error as its own line.
void LogErrors(const Errors& errors);

// Writes one message of each kind at most once per interval and says how many were left out.
class RepeatLog {
 public:
  static constexpr Millis kInterval = 10'000;
  static constexpr size_t kMaxKinds = 1024;  // beyond: kinds share one allowance

  explicit RepeatLog(const Clock& clock, Millis interval = kInterval)
      : clock_(clock), interval_(interval) {}
  // kind comes from a small fixed set ("kafka", "store-full", …).
  void Write(spdlog::level::level_enum level, const std::string& kind, std::string_view message);

 private:
  struct Kind {
    Millis last = 0;
    uint64_t left_out = 0;
  };

  const Clock& clock_;
  const Millis interval_;
  std::mutex mutex_;
  std::map<std::string, Kind> kinds_;
};

// The same with the system clock, for the whole process.
void LogRepeated(spdlog::level::level_enum level, const std::string& kind,
                 std::string_view message);

}  // namespace leaktrip

#include "daemon/ops/log.h"

#include <spdlog/formatter.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <memory>

#include "daemon/ops/printable.h"

namespace leaktrip {
namespace {

using Level = spdlog::level::level_enum;

struct LevelNames {
  std::string_view word;
  std::string_view journal;  // syslog priority, as sd-daemon(3) has it
};

LevelNames NamesOf(Level level) {
  switch (level) {
    case spdlog::level::critical:
      return {"critical", "<2>"};
    case spdlog::level::err:
      return {"error", "<3>"};
    case spdlog::level::warn:
      return {"warning", "<4>"};
    case spdlog::level::info:
      return {"info", "<6>"};
    default:
      return {"debug", "<7>"};
  }
}

class LineFormatter : public spdlog::formatter {
 public:
  explicit LineFormatter(LogStyle style) : style_(style) {}

  void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& out) override {
    const auto time =
        std::chrono::duration_cast<std::chrono::milliseconds>(message.time.time_since_epoch())
            .count();
    const std::string line = FormatLogLine(style_, message.level, time,
                                           {message.payload.data(), message.payload.size()});
    if (style_ == LogStyle::kColour) {
      const auto word = NamesOf(message.level).word;
      message.color_range_start = line.find(word);
      message.color_range_end = message.color_range_start + word.size();
    }
    out.append(line.data(), line.data() + line.size());
  }
  std::unique_ptr<spdlog::formatter> clone() const override {
    return std::make_unique<LineFormatter>(style_);
  }

 private:
  LogStyle style_;
};

}  // namespace

LogStyle DetectLogStyle() {
  // systemd names the device and inode of the stream, so a redirected child is not fooled.
  struct stat info{};
  if (const char* stream = std::getenv("JOURNAL_STREAM");
      stream && fstat(STDERR_FILENO, &info) == 0 &&
      stream == std::to_string(info.st_dev) + ":" + std::to_string(info.st_ino))
    return LogStyle::kJournal;
  if (isatty(STDERR_FILENO) && !std::getenv("NO_COLOR")) return LogStyle::kColour;
  return LogStyle::kPlain;
}

std::string FormatLogLine(LogStyle style, Level level, Millis time, std::string_view message) {
  const LevelNames names = NamesOf(level);
  std::string line;
  if (style == LogStyle::kJournal) {
    line += names.journal;
  } else {
    line += FormatTime(time);
    line += ' ';
    line += names.word;
    line += ' ';
  }
  line += Printable(message);
  line += '\n';
  return line;
}

void StartLogging(LogStyle style, std::string_view level_name) {
  auto sink = std::make_shared<spdlog::sinks::stderr_color_sink_mt>(
      style == LogStyle::kColour ? spdlog::color_mode::always : spdlog::color_mode::never);
  sink->set_formatter(std::make_unique<LineFormatter>(style));
  auto logger = std::make_shared<spdlog::logger>("leaktrip", std::move(sink));
  logger->set_level(spdlog::level::from_str(std::string(level_name)));
  logger->flush_on(spdlog::level::debug);
  spdlog::set_default_logger(std::move(logger));
}

void LogErrors(const Errors& errors) {
  for (const Error& error : errors) spdlog::error("{}", error.ToString());
}

void RepeatLog::Write(Level level, const std::string& kind, std::string_view message) {
  uint64_t left_out = 0;
  {
    const std::lock_guard lock(mutex_);
    const bool known = kinds_.size() < kMaxKinds || kinds_.contains(kind);
    const auto [it, fresh] = kinds_.try_emplace(known ? kind : std::string());
    Kind& entry = it->second;
    const Millis now = clock_.Monotonic();
    if (!fresh && now - entry.last < interval_) {
      ++entry.left_out;
      return;
    }
    entry.last = now;
    left_out = std::exchange(entry.left_out, 0);
  }
  if (left_out == 0)
    spdlog::log(level, "{}", message);
  else
    spdlog::log(level, "{} ({} more of this kind were left out)", message, left_out);
}

void LogRepeated(Level level, const std::string& kind, std::string_view message) {
  static RepeatLog log(Clock::System());
  log.Write(level, kind, message);
}

}  // namespace leaktrip

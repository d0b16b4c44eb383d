#include "detectors/access/syslog_frame.h"

#include <algorithm>
#include <charconv>

namespace leaktrip {
namespace {

constexpr size_t npos = std::string_view::npos;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

std::string_view TakeWord(std::string_view* rest) {
  const size_t end = std::min(rest->find(' '), rest->size());
  const auto word = rest->substr(0, end);
  rest->remove_prefix(std::min(end + 1, rest->size()));
  return word;
}

// "<34>"
void SkipPriority(std::string_view* rest) {
  if (!rest->starts_with('<')) return;
  const size_t close = rest->find('>');
  if (close <= 4) rest->remove_prefix(close + 1);
}

// Structured data of RFC 5424: "-" or "[id key="value"]…".
bool SkipStructuredData(std::string_view* rest) {
  if (rest->starts_with("- ") || *rest == "-") {
    rest->remove_prefix(std::min<size_t>(2, rest->size()));
    return true;
  }
  while (rest->starts_with('[')) {
    bool quoted = false;
    size_t i = 1;
    for (; i < rest->size() && (quoted || (*rest)[i] != ']'); ++i) {
      if ((*rest)[i] == '\\')
        ++i;
      else if ((*rest)[i] == '"')
        quoted = !quoted;
    }
    if (i >= rest->size()) return false;
    rest->remove_prefix(i + 1);
  }
  if (rest->starts_with(' ')) rest->remove_prefix(1);
  return true;
}

std::optional<SyslogMessage> ParseRfc5424(std::string_view rest) {
  SyslogMessage out;
  TakeWord(&rest);  // version
  out.time = TakeWord(&rest);
  out.host = TakeWord(&rest);
  out.program = TakeWord(&rest);
  TakeWord(&rest);  // process id
  TakeWord(&rest);  // message id
  if (out.program.empty() || !SkipStructuredData(&rest)) return std::nullopt;
  if (rest.starts_with("\xef\xbb\xbf")) rest.remove_prefix(3);
  out.message = rest;
  return out;
}

// "Mar  4 00:00:19" with a fraction or year, or one word that begins with a digit.
bool TakeTime(std::string_view* rest, std::string_view* time) {
  if (rest->size() < 16) return false;
  if (IsDigit(rest->front())) {
    *time = TakeWord(rest);
    return time->size() >= 19 && (*time)[4] == '-' && (*time)[10] == 'T';
  }
  if ((*rest)[3] != ' ' || !IsDigit((*rest)[5])) return false;
  size_t colon = rest->substr(0, 24).find(':');
  if (colon == npos || colon < 9) return false;
  const size_t end = rest->find(' ', colon);
  if (end == npos) return false;
  *time = rest->substr(0, end);
  rest->remove_prefix(end + 1);
  return true;
}

}  // namespace

std::optional<SyslogMessage> ParseSyslogFrame(std::string_view line) {
  SkipPriority(&line);
  if (line.starts_with("1 ")) return ParseRfc5424(line);
  SyslogMessage out;
  if (!TakeTime(&line, &out.time)) return std::nullopt;
  out.host = TakeWord(&line);
  const size_t colon = line.find(": ");
  if (colon == npos) return std::nullopt;
  out.program = line.substr(0, colon);
  out.message = line.substr(colon + 2);
  if (const size_t bracket = out.program.find('['); bracket != npos)
    out.program = out.program.substr(0, bracket);
  // A message that has no program before it may be anything.
  if (out.program.empty() || out.program.find(' ') != npos) {
    out.program = {};
    out.message = line;
  }
  return out;
}

size_t Unfold(std::string_view* message) {
  constexpr std::string_view kStart = "message repeated ";
  constexpr std::string_view kMiddle = " times: [ ";
  if (!message->starts_with(kStart)) return 1;
  std::string_view rest = message->substr(kStart.size());
  size_t times = 0;
  const auto [end, code] = std::from_chars(rest.data(), rest.data() + rest.size(), times);
  if (code != std::errc()) return 1;
  rest.remove_prefix(static_cast<size_t>(end - rest.data()));
  if (!rest.starts_with(kMiddle) || !rest.ends_with(']')) return 1;
  *message = rest.substr(kMiddle.size(), rest.size() - kMiddle.size() - 1);
  return std::clamp<size_t>(times, 1, kMostRepeats);
}

}  // namespace leaktrip

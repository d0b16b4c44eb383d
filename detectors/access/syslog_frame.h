// The header that syslog puts before a message: RFC 3164 as files have it ("Mar  4 00:00:19 host
// sshd[1]: …"), with an ISO 8601 time, with a priority, and RFC 5424. Pure functions; views point
// into the line.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace leaktrip {

struct SyslogMessage {
  std::string_view time;
  std::string_view host;
  std::string_view program;  // without its process id
  std::string_view message;
};

std::optional<SyslogMessage> ParseSyslogFrame(std::string_view line);

// "message repeated 3 times: [ TEXT]" becomes TEXT and 3; anything else stays and counts once. At
// most kMostRepeats.
inline constexpr size_t kMostRepeats = 1000;
size_t Unfold(std::string_view* message);

}  // namespace leaktrip

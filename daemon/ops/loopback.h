// Addresses of this machine. Pure functions, any thread.
#pragma once

#include <string>
#include <string_view>

namespace leaktrip {

// localhost, 127.0.0.0/8 or ::1 (with or without brackets).
bool IsLoopbackHost(std::string_view host);

struct HostPort {
  std::string host;  // without brackets
  int port = -1;     // -1: cannot be read
};
// "127.0.0.1:9471", "[::1]:9471", "localhost:9471".
HostPort SplitHostPort(std::string_view text);

}  // namespace leaktrip

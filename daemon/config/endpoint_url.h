// Checks of the addresses a configuration names. Pure functions, any thread.
#pragma once

#include <string>
#include <string_view>

namespace leaktrip {

// localhost, 127.0.0.0/8 or ::1 (with or without brackets).
bool IsLoopbackHost(std::string_view host);
// "" when requests may go to url: https, or http to a loopback host or when allow_http; no
// userinfo, no fragment. Otherwise what is wrong and how to fix it.
std::string CheckEndpointUrl(const std::string& url, bool allow_http);
// "" when text is a loopback HOST:PORT to listen on. Otherwise what is wrong and how to fix it.
std::string CheckListenAddress(std::string_view text);

struct HostPort {
  std::string host;  // without brackets
  int port = 0;      // 0: any free one
};
// "127.0.0.1:9471", "[::1]:9471", "localhost:9471"; port -1 when it cannot be read.
HostPort SplitHostPort(std::string_view text);

}  // namespace leaktrip

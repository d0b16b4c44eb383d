#include "daemon/ops/loopback.h"

#include <charconv>

#include "detectors/base/ip_address.h"

namespace leaktrip {

bool IsLoopbackHost(std::string_view host) {
  if (host.size() > 2 && host.front() == '[' && host.back() == ']')
    host = host.substr(1, host.size() - 2);
  if (host == "localhost") return true;
  const auto ip = IpAddress::Parse(host);
  if (!ip) return false;
  if (ip->IsV4()) return ip->bytes[12] == 127;
  return *ip == *IpAddress::Parse("::1");
}

HostPort SplitHostPort(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return {std::string(text), -1};
  std::string_view host = text.substr(0, colon);
  const std::string_view digits = text.substr(colon + 1);
  int port = -1;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (error != std::errc{} || end != digits.data() + digits.size() || port > 65535) port = -1;
  if (host.size() > 2 && host.front() == '[' && host.back() == ']')
    host = host.substr(1, host.size() - 2);
  else if (host.find(':') != std::string_view::npos)
    port = -1;  // IPv6 without brackets
  return {std::string(host), port};
}

}  // namespace leaktrip

#include "detectors/base/ip_address.h"

#include <arpa/inet.h>

namespace leaktrip {
namespace {

constexpr std::array<uint8_t, 12> kMappedPrefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

}  // namespace

std::optional<IpAddress> IpAddress::Parse(std::string_view text) {
  std::array<char, INET6_ADDRSTRLEN + 1> buffer{};
  if (text.empty() || text.size() >= buffer.size()) return std::nullopt;
  std::memcpy(buffer.data(), text.data(), text.size());
  IpAddress ip;
  if (inet_pton(AF_INET, buffer.data(), ip.bytes.data() + 12) == 1) {
    std::memcpy(ip.bytes.data(), kMappedPrefix.data(), kMappedPrefix.size());
    return ip;
  }
  if (inet_pton(AF_INET6, buffer.data(), ip.bytes.data()) == 1) return ip;
  return std::nullopt;
}

bool IpAddress::IsV4() const {
  return std::memcmp(bytes.data(), kMappedPrefix.data(), kMappedPrefix.size()) == 0;
}

std::string IpAddress::ToString() const {
  std::array<char, INET6_ADDRSTRLEN> buffer{};
  if (IsV4())
    inet_ntop(AF_INET, bytes.data() + 12, buffer.data(), buffer.size());
  else
    inet_ntop(AF_INET6, bytes.data(), buffer.data(), buffer.size());
  return buffer.data();
}

IpAddress IpAddress::Masked(int bits) const {
  if (IsV4()) bits += 96;
  IpAddress masked;
  for (int i = 0; i < 16; ++i) {
    const int keep = bits - i * 8;
    const uint8_t mask = keep >= 8   ? 0xff
                         : keep <= 0 ? 0
                                     : static_cast<uint8_t>(0xff << (8 - keep));
    masked.bytes[static_cast<size_t>(i)] = bytes[static_cast<size_t>(i)] & mask;
  }
  return masked;
}

std::string SourceEntity(const IpAddress& ip) {
  return "ip:" + ip.Source().ToString() + (ip.IsV4() ? "" : "/64");
}

}  // namespace leaktrip

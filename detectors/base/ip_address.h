// IpAddress: an IPv4 or IPv6 address as 16 bytes (IPv4 in its mapped form), and the networks around
// it. A value; any thread.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

namespace leaktrip {

struct IpAddress {
  std::array<uint8_t, 16> bytes{};

  // "203.0.113.9", "2001:db8::1", "::ffff:203.0.113.9"; with brackets, port or zone it is refused.
  static std::optional<IpAddress> Parse(std::string_view text);
  std::string ToString() const;  // canonical text; mapped addresses as IPv4
  bool IsV4() const;
  // The address with all but its first `bits` bits zero; bits count within its own family.
  IpAddress Masked(int bits) const;
  // The unit that one customer holds: the address itself for IPv4, its /64 for IPv6.
  IpAddress Source() const { return IsV4() ? *this : Masked(64); }
  // The neighbourhood of a source: /24 for IPv4, /48 for IPv6.
  IpAddress Network() const { return Masked(IsV4() ? 24 : 48); }

  friend auto operator<=>(const IpAddress&, const IpAddress&) = default;
};

struct IpAddressHash {
  size_t operator()(const IpAddress& ip) const noexcept {
    uint64_t high, low;
    std::memcpy(&high, ip.bytes.data(), 8);
    std::memcpy(&low, ip.bytes.data() + 8, 8);
    uint64_t mixed = (high ^ (low * 0x9e3779b97f4a7c15ull)) * 0xff51afd7ed558ccdull;
    return mixed ^ (mixed >> 32);
  }
};

// "ip:203.0.113.9" or "ip:2001:db8::/64": the entity of a source address.
std::string SourceEntity(const IpAddress& ip);

}  // namespace leaktrip

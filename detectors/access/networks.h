// Networks: address to AS, network name, country, position and kind. With no file every look-up
// answers "unknown".
//
// Immutable after loading; any thread. What Find() returns points into the table.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "detectors/base/ip_address.h"
#include "detectors/base/result.h"

namespace leaktrip {

// Who sits behind a network's addresses.
enum class NetworkKind : uint8_t { kUnknown, kEyeball, kHosting, kMobile, kVpn };
// "eyeball", "hosting", "mobile", "vpn"; empty for kUnknown.
std::string_view Name(NetworkKind kind);
std::optional<NetworkKind> NetworkKindOf(std::string_view name);

struct NetworkInfo {
  uint32_t asn = 0;
  std::string_view as_name;
  std::string_view country;  // ISO 3166 alpha-2
  float latitude = 0;
  float longitude = 0;
  NetworkKind kind = NetworkKind::kUnknown;
};

class Networks {
 public:
  virtual ~Networks() = default;
  virtual std::optional<NetworkInfo> Find(const IpAddress& ip) const = 0;

  static std::shared_ptr<const Networks> None();
  // text is the whole CSV; every bad line is an error with its place.
  static Result<std::shared_ptr<const Networks>> FromCsv(std::string_view text,
                                                         const std::string& file);
};

}  // namespace leaktrip

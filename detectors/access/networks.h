// Networks: address to AS, network name, country and position, from a CSV
// (`cidr,asn,as_name,country,lat,lon`) or an MMDB file. Immutable after loading; any thread. With
// no file every look-up answers "unknown".
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "detectors/base/ip_address.h"
#include "detectors/base/result.h"

namespace leaktrip {

struct NetworkInfo {
  uint32_t asn = 0;
  std::string_view as_name;
  std::string_view country;  // ISO 3166 alpha-2
  float latitude = 0;
  float longitude = 0;
};

class Networks {
 public:
  virtual ~Networks() = default;
  virtual std::optional<NetworkInfo> Find(const IpAddress& ip) const = 0;

  static std::shared_ptr<const Networks> None();
  // text is the whole CSV; every bad line is an error with its place.
  static Result<std::shared_ptr<const Networks>> FromCsv(std::string_view text,
                                                         const std::string& file);
  static Result<std::shared_ptr<const Networks>> FromMmdb(const std::string& path);
};

}  // namespace leaktrip

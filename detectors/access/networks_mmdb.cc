// Networks from an MMDB file. Country, city and AS databases name their fields alike; what one does
// not have stays unknown.
#include <maxminddb.h>
#include <netinet/in.h>

#include <cstring>

#include "detectors/access/networks.h"

namespace leaktrip {
namespace {

class MmdbNetworks : public Networks {
 public:
  MmdbNetworks() = default;
  MmdbNetworks(const MmdbNetworks&) = delete;
  MmdbNetworks& operator=(const MmdbNetworks&) = delete;
  ~MmdbNetworks() override {
    if (open_) MMDB_close(&db_);
  }

  int Open(const std::string& path) {
    const int code = MMDB_open(path.c_str(), MMDB_MODE_MMAP, &db_);
    open_ = code == MMDB_SUCCESS;
    return code;
  }

  std::optional<NetworkInfo> Find(const IpAddress& ip) const override {
    MMDB_lookup_result_s result = LookUp(ip);
    if (!result.found_entry) return std::nullopt;
    NetworkInfo info;
    MMDB_entry_data_s data;
    const auto get = [&](auto... path) {
      return MMDB_get_value(&result.entry, &data, path..., nullptr) == MMDB_SUCCESS &&
             data.has_data;
    };
    if (get("autonomous_system_number") && data.type == MMDB_DATA_TYPE_UINT32)
      info.asn = data.uint32;
    if (get("autonomous_system_organization") && data.type == MMDB_DATA_TYPE_UTF8_STRING)
      info.as_name = {data.utf8_string, data.data_size};
    if ((get("country", "iso_code") || get("country_code")) &&
        data.type == MMDB_DATA_TYPE_UTF8_STRING)
      info.country = {data.utf8_string, data.data_size};
    if (get("location", "latitude") && data.type == MMDB_DATA_TYPE_DOUBLE)
      info.latitude = static_cast<float>(data.double_value);
    if (get("location", "longitude") && data.type == MMDB_DATA_TYPE_DOUBLE)
      info.longitude = static_cast<float>(data.double_value);
    return info;
  }

 private:
  MMDB_lookup_result_s LookUp(const IpAddress& ip) const {
    int code = MMDB_SUCCESS;
    if (ip.IsV4()) {
      sockaddr_in v4{};
      v4.sin_family = AF_INET;
      std::memcpy(&v4.sin_addr, ip.bytes.data() + 12, 4);
      return MMDB_lookup_sockaddr(&db_, reinterpret_cast<const sockaddr*>(&v4), &code);
    }
    if (db_.metadata.ip_version == 4) return {};
    sockaddr_in6 v6{};
    v6.sin6_family = AF_INET6;
    std::memcpy(&v6.sin6_addr, ip.bytes.data(), 16);
    return MMDB_lookup_sockaddr(&db_, reinterpret_cast<const sockaddr*>(&v6), &code);
  }

  MMDB_s db_{};
  bool open_ = false;
};

}  // namespace

Result<std::shared_ptr<const Networks>> Networks::FromMmdb(const std::string& path) {
  auto networks = std::make_shared<MmdbNetworks>();
  if (const int code = networks->Open(path); code != MMDB_SUCCESS)
    return Fail(code == MMDB_FILE_OPEN_ERROR ? Code::kNotFound : Code::kInvalid,
                MMDB_strerror(code), {path, 0, 0});
  return networks;
}

}  // namespace leaktrip

// Networks from an MMDB file: the whole tree, read once.
#include <maxminddb.h>

#include <algorithm>
#include <cstdlib>
#include <unordered_map>

#include "detectors/access/network_ranges.h"

namespace leaktrip {
namespace {

// A tree whose branches meet again could be walked for ever; a real one has at most a few million
// networks.
constexpr size_t kMostSteps = 100'000'000;

class Entry {
 public:
  explicit Entry(MMDB_entry_s entry) : entry_(entry) {}

  template <typename... Path>
  std::string Text(Path... path) {
    if (!Get(path...) || data_.type != MMDB_DATA_TYPE_UTF8_STRING) return {};
    return {data_.utf8_string, data_.data_size};
  }
  template <typename... Path>
  double Number(Path... path) {
    if (!Get(path...)) return 0;
    switch (data_.type) {
      case MMDB_DATA_TYPE_DOUBLE:
        return data_.double_value;
      case MMDB_DATA_TYPE_FLOAT:
        return static_cast<double>(data_.float_value);
      case MMDB_DATA_TYPE_UINT16:
        return data_.uint16;
      case MMDB_DATA_TYPE_UINT32:
        return data_.uint32;
      case MMDB_DATA_TYPE_UINT64:
        return static_cast<double>(data_.uint64);
      default:
        return 0;
    }
  }
  bool True(const char* key) {
    return (Get(key) || Get("traits", key)) && data_.type == MMDB_DATA_TYPE_BOOLEAN &&
           data_.boolean;
  }

 private:
  template <typename... Path>
  bool Get(Path... path) {
    return MMDB_get_value(&entry_, &data_, path..., static_cast<const char*>(nullptr)) ==
               MMDB_SUCCESS &&
           data_.has_data;
  }

  MMDB_entry_s entry_;
  MMDB_entry_data_s data_{};
};

NetworkKind KindOf(Entry* entry) {
  for (const char* key : {"is_anonymous_vpn", "is_tor_exit_node", "is_public_proxy", "vpn"})
    if (entry->True(key)) return NetworkKind::kVpn;
  if (entry->True("is_hosting_provider") || entry->True("hosting")) return NetworkKind::kHosting;
  const std::string use = entry->Text("traits", "user_type");
  const std::string type = entry->Text("as_type");
  const std::string connection = entry->Text("connection_type");
  if (use == "hosting" || use == "content_delivery_network" || type == "hosting")
    return NetworkKind::kHosting;
  if (use == "cellular" || connection == "Cellular") return NetworkKind::kMobile;
  if (!use.empty() || !connection.empty() || type == "isp") return NetworkKind::kEyeball;
  return NetworkKind::kUnknown;
}

uint32_t AsnOf(Entry* entry) {
  for (const char* key : {"autonomous_system_number", "asn"}) {
    if (const double number = entry->Number(key); number > 0) return static_cast<uint32_t>(number);
    std::string text = entry->Text(key);  // "AS64500"
    if (text.starts_with("AS"))
      return static_cast<uint32_t>(std::strtoul(text.c_str() + 2, nullptr, 10));
  }
  return static_cast<uint32_t>(entry->Number("traits", "autonomous_system_number"));
}

template <typename... Keys>
std::string FirstText(Entry* entry, Keys... keys) {
  std::string text;
  ((text = text.empty() ? entry->Text(keys) : text), ...);
  return text;
}

NetworkFacts FactsOf(MMDB_entry_s at) {
  Entry entry(at);
  NetworkFacts facts;
  facts.asn = AsnOf(&entry);
  facts.as_name = FirstText(&entry, "autonomous_system_organization", "as_name");
  if (facts.as_name.empty()) facts.as_name = entry.Text("traits", "autonomous_system_organization");
  facts.country = entry.Text("country", "iso_code");
  if (facts.country.empty()) facts.country = FirstText(&entry, "country_code", "country");
  if (facts.country.empty()) facts.country = entry.Text("registered_country", "iso_code");
  if (facts.country.size() != 2) facts.country.clear();
  facts.latitude = static_cast<float>(entry.Number("location", "latitude"));
  facts.longitude = static_cast<float>(entry.Number("location", "longitude"));
  if (!(facts.latitude >= -90 && facts.latitude <= 90) ||
      !(facts.longitude >= -180 && facts.longitude <= 180))
    facts.latitude = facts.longitude = 0;
  facts.kind = KindOf(&entry);
  return facts;
}

class TreeReader {
 public:
  explicit TreeReader(const MMDB_s& db) : db_(db), v6_(db.metadata.ip_version == 6) {}

  bool Read() {
    IpAddress first;
    if (!v6_) first = *IpAddress::Parse("0.0.0.0");
    if (db_.metadata.node_count == 0) return true;
    if (!Walk(0, first, v6_ ? 0 : 96)) return false;
    ranges_.Finish();
    return true;
  }
  NetworkRanges Take() { return std::move(ranges_); }

 private:
  // IPv4 lies at ::/96 in the tree; the other places that lead there (::ffff:0:0/96, 2002::/16)
  // only say it again.
  bool IsAlias(uint64_t node, const IpAddress& first, int bits) const {
    if (!v6_ || node != db_.ipv4_start_node.node_value || bits <= 0) return false;
    return bits != static_cast<int>(db_.ipv4_start_node.netmask) || first != IpAddress{};
  }

  bool Walk(uint32_t node, const IpAddress& first, int bits) {
    if (bits >= 128 || ++steps_ > kMostSteps) return false;
    MMDB_search_node_s branches;
    if (MMDB_read_node(&db_, node, &branches) != MMDB_SUCCESS) return false;
    IpAddress right = first;
    right.bytes[static_cast<size_t>(bits / 8)] |= static_cast<uint8_t>(0x80 >> (bits % 8));
    return Branch(branches.left_record_type, branches.left_record, branches.left_record_entry,
                  first, bits + 1) &&
           Branch(branches.right_record_type, branches.right_record, branches.right_record_entry,
                  right, bits + 1);
  }

  bool Branch(uint8_t type, uint64_t record, MMDB_entry_s entry, const IpAddress& first, int bits) {
    if (IsAlias(record, first, bits)) return true;
    if (type == MMDB_RECORD_TYPE_SEARCH_NODE)
      return Walk(static_cast<uint32_t>(record), first, bits);
    if (type == MMDB_RECORD_TYPE_DATA) Add(first, bits, entry);
    return type != MMDB_RECORD_TYPE_INVALID;
  }

  void Add(IpAddress first, int bits, const MMDB_entry_s& entry) {
    const auto [at, fresh] = known_.try_emplace(entry.offset, 0);
    if (fresh) at->second = ranges_.Keep(FactsOf(entry));
    IpAddress last = first;
    for (int bit = bits; bit < 128; ++bit)
      last.bytes[static_cast<size_t>(bit / 8)] |= static_cast<uint8_t>(0x80 >> (bit % 8));
    if (v6_ && bits >= 96 &&
        std::all_of(first.bytes.begin(), first.bytes.begin() + 12,
                    [](uint8_t byte) { return byte == 0; }))
      for (IpAddress* ip : {&first, &last}) ip->bytes[10] = ip->bytes[11] = 0xff;
    ranges_.Add(first, last, at->second);
  }

  const MMDB_s& db_;
  const bool v6_;
  NetworkRanges ranges_;
  std::unordered_map<uint32_t, uint32_t> known_;  // by offset of the data
  size_t steps_ = 0;
};

}  // namespace

Result<NetworkRanges> RangesFromMmdb(const std::string& path) {
  MMDB_s db{};
  if (const int code = MMDB_open(path.c_str(), MMDB_MODE_MMAP, &db); code != MMDB_SUCCESS)
    return Fail(code == MMDB_FILE_OPEN_ERROR ? Code::kNotFound : Code::kInvalid,
                MMDB_strerror(code), {path, 0, 0});
  TreeReader reader(db);
  const bool read = reader.Read();
  NetworkRanges ranges = reader.Take();
  MMDB_close(&db);
  if (!read) return Fail(Code::kInvalid, "its search tree is damaged", {path, 0, 0});
  return ranges;
}

}  // namespace leaktrip

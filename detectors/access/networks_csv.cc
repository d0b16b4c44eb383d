// The CSV table: sorted, non-overlapping ranges; where networks nest, the narrower one wins.
#include <algorithm>
#include <charconv>
#include <map>
#include <vector>

#include "detectors/access/csv_fields.h"
#include "detectors/access/networks.h"

namespace leaktrip {
namespace {

constexpr std::string_view kHeader = "cidr,asn,as_name,country,lat,lon";
constexpr size_t kMostErrors = 20;

struct Network {
  IpAddress first;
  IpAddress last;
  uint32_t info = 0;
};

struct OwnedInfo {
  uint32_t asn = 0;
  std::string as_name;
  std::string country;
  float latitude = 0;
  float longitude = 0;
  friend auto operator<=>(const OwnedInfo&, const OwnedInfo&) = default;
};

// The address after (step 1) or before (step -1) this one; false when it wraps.
bool Move(IpAddress* ip, int step) {
  for (size_t i = 16; i-- > 0;) {
    ip->bytes[i] = static_cast<uint8_t>(ip->bytes[i] + step);
    if (ip->bytes[i] != (step > 0 ? 0 : 0xff)) return true;
  }
  return false;
}

class CsvNetworks : public Networks {
 public:
  std::optional<NetworkInfo> Find(const IpAddress& ip) const override {
    auto at = std::upper_bound(starts_.begin(), starts_.end(), ip);
    if (at == starts_.begin()) return std::nullopt;
    const auto i = static_cast<size_t>(at - starts_.begin()) - 1;
    if (infos_of_[i] == kGap) return std::nullopt;
    const OwnedInfo& info = infos_[infos_of_[i]];
    return NetworkInfo{info.asn, info.as_name, info.country, info.latitude, info.longitude};
  }

  uint32_t Keep(OwnedInfo info) {
    const auto [at, fresh] = known_.try_emplace(info, static_cast<uint32_t>(infos_.size()));
    if (fresh) infos_.push_back(std::move(info));
    return at->second;
  }

  // Turns nested networks into ranges that follow each other.
  void Flatten(std::vector<Network> networks) {
    std::sort(networks.begin(), networks.end(), [](const Network& a, const Network& b) {
      return a.first != b.first ? a.first < b.first : a.last > b.last;
    });
    std::vector<Network> open;
    for (const Network& network : networks) {
      CloseBefore(network.first, &open);
      Start(network.first, network.info);
      open.push_back(network);
    }
    CloseAll(&open);
    known_.clear();
  }

 private:
  static constexpr uint32_t kGap = ~0u;

  void Start(const IpAddress& at, uint32_t info) {
    if (!starts_.empty() && starts_.back() == at) {
      infos_of_.back() = info;
      return;
    }
    starts_.push_back(at);
    infos_of_.push_back(info);
  }
  void CloseLast(std::vector<Network>* open) {
    IpAddress next = open->back().last;
    open->pop_back();
    if (Move(&next, 1)) Start(next, open->empty() ? kGap : open->back().info);
  }
  void CloseBefore(const IpAddress& ip, std::vector<Network>* open) {
    while (!open->empty() && open->back().last < ip) CloseLast(open);
  }
  void CloseAll(std::vector<Network>* open) {
    while (!open->empty()) CloseLast(open);
  }

  std::vector<IpAddress> starts_;
  std::vector<uint32_t> infos_of_;
  std::vector<OwnedInfo> infos_;
  std::map<OwnedInfo, uint32_t> known_;
};

template <typename Number>
bool ParseNumber(std::string_view text, Number* number) {
  if (text.empty()) return *number = 0, true;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), *number);
  return code == std::errc() && end == text.data() + text.size();
}

bool ParseCidr(std::string_view text, Network* network) {
  const size_t slash = text.find('/');
  const auto ip = IpAddress::Parse(text.substr(0, slash));
  if (!ip) return false;
  const int most = ip->IsV4() ? 32 : 128;
  int bits = most;
  if (slash != std::string_view::npos &&
      (slash + 1 == text.size() || !ParseNumber(text.substr(slash + 1), &bits)))
    return false;
  if (bits < 0 || bits > most) return false;
  network->first = ip->Masked(bits);
  network->last = network->first;
  for (int bit = ip->IsV4() ? bits + 96 : bits; bit < 128; ++bit)
    network->last.bytes[static_cast<size_t>(bit / 8)] |= static_cast<uint8_t>(0x80 >> (bit % 8));
  return true;
}

// "" or what is wrong with the line.
std::string ParseLine(std::string_view line, Network* network, OwnedInfo* info) {
  const auto fields = CsvFields(line);
  if (!fields) return "a quote does not end";
  if (fields->size() != 6)
    return "has " + std::to_string(fields->size()) + " fields; it needs 6: " + std::string(kHeader);
  if (!ParseCidr((*fields)[0], network))
    return "`" + (*fields)[0].substr(0, 60) + "` is not a network such as 192.0.2.0/24";
  if (!ParseNumber((*fields)[1], &info->asn)) return "the AS number is not a number";
  if (!ParseNumber((*fields)[4], &info->latitude) ||
      !(info->latitude >= -90 && info->latitude <= 90))
    return "the latitude is not a number from -90 to 90";
  if (!ParseNumber((*fields)[5], &info->longitude) ||
      !(info->longitude >= -180 && info->longitude <= 180))
    return "the longitude is not a number from -180 to 180";
  if (const auto& country = (*fields)[3]; !country.empty() && country.size() != 2)
    return "the country is not two letters";
  info->as_name = (*fields)[2].substr(0, 100);
  info->country = (*fields)[3];
  return {};
}

}  // namespace

Result<std::shared_ptr<const Networks>> Networks::FromCsv(std::string_view text,
                                                          const std::string& file) {
  auto table = std::make_shared<CsvNetworks>();
  std::vector<Network> networks;
  Errors errors;
  for (int number = 1; !text.empty(); ++number) {
    const size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty() || line.front() == '#' || (number == 1 && line == kHeader)) continue;
    Network network;
    OwnedInfo info;
    if (auto wrong = ParseLine(line, &network, &info); !wrong.empty()) {
      errors.push_back({Code::kInvalid, std::move(wrong), {file, number, 1}});
      if (errors.size() >= kMostErrors) break;
      continue;
    }
    network.info = table->Keep(std::move(info));
    networks.push_back(network);
  }
  if (!errors.empty()) {
    Error all = errors.front();
    for (size_t i = 1; i < errors.size(); ++i) all.message += "\n" + errors[i].ToString();
    return std::unexpected(std::move(all));
  }
  table->Flatten(std::move(networks));
  return table;
}

}  // namespace leaktrip

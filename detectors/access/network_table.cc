#include "detectors/access/network_table.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "detectors/access/hosting.h"
#include "detectors/base/encoding.h"
#include "detectors/base/fingerprint.h"

namespace leaktrip {
namespace {

static_assert(std::endian::native == std::endian::little);

constexpr size_t kHeader = 64;
constexpr size_t kDigestAt = 32;
constexpr size_t kIndex = 65'537;
constexpr size_t kMostText = 100;

struct StoredFacts {
  uint32_t asn = 0;
  uint32_t text = 0;
  uint16_t text_size = 0;
  char country[2] = {};
  float latitude = 0;
  float longitude = 0;
  uint8_t kind = 0;
  uint8_t zero[3] = {};
};
static_assert(sizeof(StoredFacts) == 24);

uint32_t V4Number(const IpAddress& ip) {
  return static_cast<uint32_t>(ip.bytes[12]) << 24 | static_cast<uint32_t>(ip.bytes[13]) << 16 |
         static_cast<uint32_t>(ip.bytes[14]) << 8 | ip.bytes[15];
}

template <typename T>
void Append(std::string* out, const T& value) {
  out->append(reinterpret_cast<const char*>(&value), sizeof value);
}

std::string FactsBytes(const std::vector<NetworkFacts>& facts, std::string* text) {
  std::string out;
  std::map<std::string_view, uint32_t> offsets;
  for (const NetworkFacts& f : facts) {
    StoredFacts stored{.asn = f.asn, .latitude = f.latitude, .longitude = f.longitude};
    const std::string_view name = std::string_view(f.as_name).substr(0, kMostText);
    const auto [at, fresh] = offsets.try_emplace(name, static_cast<uint32_t>(text->size()));
    if (fresh) text->append(name);
    stored.text = at->second;
    stored.text_size = static_cast<uint16_t>(name.size());
    if (f.country.size() == 2) std::memcpy(stored.country, f.country.data(), 2);
    stored.kind = static_cast<uint8_t>(f.kind);
    Append(&out, stored);
  }
  return out;
}

// Ranges of one family; one that begins before the family does begins with it.
struct Family {
  std::vector<IpAddress> starts;
  std::vector<uint32_t> facts;

  void Add(const IpAddress& at, uint32_t number) {
    if (!starts.empty() && starts.back() == at) {
      facts.back() = number;
      return;
    }
    if (!facts.empty() && facts.back() == number) return;
    starts.push_back(at);
    facts.push_back(number);
  }
};

// IPv4 lies inside of IPv6, as ::ffff:0:0/96.
void Split(const std::vector<NetworkRanges::Range>& ranges, Family* v4, Family* v6) {
  const IpAddress v4_first = *IpAddress::Parse("0.0.0.0");
  const IpAddress v4_after = *IpAddress::Parse("::1:0:0:0");
  uint32_t current = NetworkRanges::kGap;
  bool in_v4 = false, past_v4 = false;
  const auto move_to = [&](const IpAddress& at) {
    if (!in_v4 && at >= v4_first) {
      in_v4 = true;
      v4->Add(v4_first, current);
    }
    if (!past_v4 && at >= v4_after) {
      past_v4 = true;
      v6->Add(v4_after, current);
    }
  };
  for (const auto& range : ranges) {
    move_to(range.first);
    current = range.facts;
    (range.first.IsV4() ? v4 : v6)->Add(range.first, current);
  }
  move_to(v4_after);
}

std::string IndexBytes(const Family& v4) {
  std::string out;
  size_t at = 0;
  for (uint32_t high = 0; high < kIndex; ++high) {
    while (at < v4.starts.size() && (V4Number(v4.starts[at]) >> 16) < high) ++at;
    Append(&out, static_cast<uint32_t>(at));
  }
  return out;
}

}  // namespace

std::string NetworkTable::Bytes(const NetworkRanges& ranges) {
  Family v4, v6;
  Split(ranges.ranges(), &v4, &v6);
  std::string body, text;
  for (const IpAddress& start : v6.starts)
    body.append(reinterpret_cast<const char*>(start.bytes.data()), start.bytes.size());
  body += IndexBytes(v4);
  for (const IpAddress& start : v4.starts) Append(&body, V4Number(start));
  for (const uint32_t number : v4.facts) Append(&body, number);
  for (const uint32_t number : v6.facts) Append(&body, number);
  body += FactsBytes(ranges.facts(), &text);
  body += text;
  std::string out(kMagic);
  for (const size_t count :
       {v4.starts.size(), v6.starts.size(), ranges.facts().size(), text.size()})
    Append(&out, static_cast<uint32_t>(count));
  Append(&out, uint64_t{0});
  out += *HexDecode(Sha256Hex(body));
  return out + body;
}

std::shared_ptr<const Networks> NetworkTable::Of(const NetworkRanges& ranges) {
  auto bytes = std::make_shared<const std::string>(Bytes(ranges));
  auto table = std::shared_ptr<NetworkTable>(new NetworkTable);
  table->Attach(*bytes);
  table->owner_ = std::move(bytes);
  return table;
}

Result<std::shared_ptr<const NetworkTable>> NetworkTable::FromBytes(
    std::string_view bytes, std::shared_ptr<const void> owner, const std::string& file) {
  if (!bytes.starts_with(kMagic)) return Fail(Code::kInvalid, "is no table of networks", {file});
  auto table = std::shared_ptr<NetworkTable>(new NetworkTable);
  if (!table->Attach(bytes) ||
      *HexDecode(Sha256Hex(bytes.substr(kHeader))) != bytes.substr(kDigestAt, 32))
    return Fail(Code::kInvalid, "is damaged; make it anew with `leaktrip networks import`", {file});
  table->owner_ = std::move(owner);
  return table;
}

bool NetworkTable::Attach(std::string_view bytes) {
  if (bytes.size() < kHeader) return false;
  uint32_t counts[4];
  std::memcpy(counts, bytes.data() + kMagic.size(), sizeof counts);
  v4_ = counts[0];
  v6_ = counts[1];
  facts_ = counts[2];
  const size_t size = kHeader + v6_ * 16 + kIndex * 4 + v4_ * 8 + v6_ * 4 +
                      facts_ * sizeof(StoredFacts) + counts[3];
  if (bytes.size() != size) return false;
  const char* at = bytes.data() + kHeader;
  const auto take = [&at](size_t n) {
    const char* part = at;
    at += n;
    return part;
  };
  v6_starts_ = take(v6_ * 16);
  v4_index_ = reinterpret_cast<const uint32_t*>(take(kIndex * 4));
  v4_starts_ = reinterpret_cast<const uint32_t*>(take(v4_ * 4));
  v4_facts_ = reinterpret_cast<const uint32_t*>(take(v4_ * 4));
  v6_facts_ = reinterpret_cast<const uint32_t*>(take(v6_ * 4));
  facts_start_ = take(facts_ * sizeof(StoredFacts));
  text_ = {at, counts[3]};
  JudgeKinds();
  return true;
}

void NetworkTable::JudgeKinds() {
  kinds_.reserve(facts_);
  for (uint32_t number = 0; number < facts_; ++number) {
    const NetworkInfo info = Stored(number);
    const bool by_name = info.kind == NetworkKind::kUnknown && !info.as_name.empty();
    kinds_.push_back(!by_name                      ? info.kind
                     : IsHostingName(info.as_name) ? NetworkKind::kHosting
                                                   : NetworkKind::kEyeball);
  }
}

NetworkInfo NetworkTable::Stored(uint32_t number) const {
  StoredFacts stored;
  const char* at = facts_start_ + number * sizeof stored;
  std::memcpy(&stored, at, sizeof stored);
  NetworkInfo info{.asn = stored.asn, .latitude = stored.latitude, .longitude = stored.longitude};
  if (stored.text <= text_.size()) info.as_name = text_.substr(stored.text, stored.text_size);
  if (stored.country[0] != 0) info.country = {at + offsetof(StoredFacts, country), 2};
  if (stored.kind <= static_cast<uint8_t>(NetworkKind::kVpn))
    info.kind = static_cast<NetworkKind>(stored.kind);
  return info;
}

std::optional<NetworkInfo> NetworkTable::Facts(uint32_t number) const {
  if (number >= facts_) return std::nullopt;
  NetworkInfo info = Stored(number);
  info.kind = kinds_[number];
  return info;
}

std::optional<NetworkInfo> NetworkTable::Find(const IpAddress& ip) const {
  if (ip.IsV4()) {
    const uint32_t number = V4Number(ip);
    const size_t from = std::min<size_t>(v4_index_[number >> 16], v4_);
    const size_t to = std::clamp<size_t>(v4_index_[(number >> 16) + 1], from, v4_);
    const size_t after = static_cast<size_t>(
        std::upper_bound(v4_starts_ + from, v4_starts_ + to, number) - v4_starts_);
    return after == 0 ? std::nullopt : Facts(v4_facts_[after - 1]);
  }
  size_t low = 0, high = v6_;
  while (low < high) {
    const size_t middle = (low + high) / 2;
    if (std::memcmp(v6_starts_ + middle * 16, ip.bytes.data(), 16) <= 0)
      low = middle + 1;
    else
      high = middle;
  }
  return low == 0 ? std::nullopt : Facts(v6_facts_[low - 1]);
}

}  // namespace leaktrip

#include "detectors/access/client_address.h"

#include <algorithm>
#include <charconv>

namespace leaktrip {
namespace {

constexpr size_t kMostHops = 32;

std::string_view Trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '"')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '"')) text.remove_suffix(1);
  return text;
}

bool IsFor(std::string_view pair) {
  return pair.size() > 4 && (pair[0] | 0x20) == 'f' && (pair[1] | 0x20) == 'o' &&
         (pair[2] | 0x20) == 'r' && pair[3] == '=';
}

// The address part of one item: itself, or the for= of a Forwarded element.
std::string_view AddressOf(std::string_view item) {
  if (item.find('=') == std::string_view::npos) return item;
  while (!item.empty()) {
    const size_t end = item.find(';');
    const auto pair = Trim(item.substr(0, end));
    if (IsFor(pair)) return pair.substr(4);
    if (end == std::string_view::npos) break;
    item.remove_prefix(end + 1);
  }
  return {};
}

// Takes the last item of a list.
std::string_view TakeLast(std::string_view* list) {
  const size_t comma = list->rfind(',');
  const auto item = Trim(comma == std::string_view::npos ? *list : list->substr(comma + 1));
  *list = comma == std::string_view::npos ? std::string_view() : list->substr(0, comma);
  return item;
}

}  // namespace

std::optional<IpAddress> ParseClientAddress(std::string_view text) {
  if (const auto ip = IpAddress::Parse(text)) return ip;
  text = Trim(text);
  if (text.starts_with('[')) {
    const size_t close = text.find(']');
    if (close == std::string_view::npos) return std::nullopt;
    text = text.substr(1, close - 1);
  } else if (const size_t colon = text.find(':');
             colon != std::string_view::npos && text.find('.') < colon) {
    text = text.substr(0, colon);  // the port of an IPv4 address
  }
  return IpAddress::Parse(text.substr(0, text.find('%')));
}

Result<void> TrustedProxies::Add(std::string_view cidr) {
  const size_t slash = cidr.find('/');
  const auto ip = IpAddress::Parse(cidr.substr(0, slash));
  const auto wrong = [&] {
    return Fail(Code::kInvalid, "`" + std::string(cidr.substr(0, 60)) +
                                    "` is not a network such as 10.0.0.0/8 or an address");
  };
  if (!ip) return wrong();
  const int most = ip->IsV4() ? 32 : 128;
  int bits = most;
  if (slash != std::string_view::npos) {
    const auto text = cidr.substr(slash + 1);
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), bits);
    if (code != std::errc() || end != text.data() + text.size() || bits < 0 || bits > most)
      return wrong();
  }
  networks_.push_back({ip->Masked(bits), bits});
  return {};
}

bool TrustedProxies::Contains(const IpAddress& ip) const {
  return std::any_of(networks_.begin(), networks_.end(), [&](const Network& network) {
    return network.first.IsV4() == ip.IsV4() && ip.Masked(network.bits) == network.first;
  });
}

std::optional<IpAddress> ClientBehindProxies(std::string_view peer, std::string_view forwarded,
                                             const TrustedProxies& proxies) {
  auto client = ParseClientAddress(TakeLast(&peer));
  for (size_t hop = 0; client && hop < kMostHops && proxies.Contains(*client); ++hop) {
    // What the peer's own list leaves open is told by the header.
    std::string_view* list = peer.empty() ? &forwarded : &peer;
    if (list->empty()) break;
    const auto next = ParseClientAddress(AddressOf(TakeLast(list)));
    if (!next) break;  // "unknown", "_hidden": the proxy's own address is the best there is
    client = next;
  }
  return client;
}

}  // namespace leaktrip

#include "detectors/access/allow_list.h"

#include <algorithm>
#include <charconv>

namespace leaktrip {
namespace {

constexpr size_t kMostEntries = 10'000;

// Uses of these are never somebody's habit.
bool Always(std::string_view id) { return id == "leaked-token-used" || id == "revoked-token-used"; }

bool ParseNetwork(std::string_view text, IpAddress* first, int* bits) {
  const size_t slash = text.find('/');
  const auto ip = IpAddress::Parse(text.substr(0, slash));
  if (!ip) return false;
  const int most = ip->IsV4() ? 32 : 128;
  *bits = most;
  if (slash != std::string_view::npos) {
    const auto number = text.substr(slash + 1);
    const auto [end, code] = std::from_chars(number.data(), number.data() + number.size(), *bits);
    if (code != std::errc() || end != number.data() + number.size()) return false;
  }
  if (*bits < 0 || *bits > most) return false;
  *first = ip->Masked(*bits);
  return true;
}

}  // namespace

AllowList AllowList::From(YamlMap* map, std::span<const std::string_view> ids) {
  AllowList list;
  uint64_t usual = 0;
  for (size_t i = 0; i < ids.size(); ++i)
    if (!Always(ids[i])) usual |= uint64_t{1} << i;
  const std::vector<std::string_view> names(ids.begin(), ids.end());
  for (auto& item : map->Maps("allow")) {
    Entry entry;
    if (item.RequiredString("reason").empty()) item.Report("reason", "say why this is allowed");
    if (const auto text = item.OptionalString("network")) {
      Network network;
      if (!ParseNetwork(*text, &network.first, &network.bits))
        item.Report("network", "`" + *text + "` is not a network such as 192.0.2.0/24");
      entry.network = network;
    }
    entry.user = item.String("user");
    if (const auto text = item.OptionalString("token")) {
      entry.token = Fingerprint::FromHex(*text);
      if (!entry.token) item.Report("token", "a token is named by its SHA-256, 64 hex digits");
    }
    entry.path = item.String("path");
    if (const auto text = item.OptionalString("until")) {
      entry.until = ParseTime(text->size() == 10 ? *text + "T00:00:00Z" : *text);
      if (!entry.until) item.Report("until", "`" + *text + "` is no date such as 2030-12-31");
    }
    entry.detectors = item.Has("detectors") ? 0 : usual;
    for (const auto& id : item.Strings("detectors")) {
      const auto at = std::find(names.begin(), names.end(), id);
      if (at == names.end())
        item.Report("detectors", "there is no detector `" + id + "`");
      else
        entry.detectors |= uint64_t{1} << (at - names.begin());
    }
    if (!entry.network && entry.user.empty() && !entry.token && entry.path.empty())
      item.ReportAt(item.place(), "an entry names a network, a user, a token or a path");
    item.Finish();
    list.entries_.push_back(std::move(entry));
  }
  if (list.entries_.size() > kMostEntries) map->Report("allow", "has more than 10000 entries");
  return list;
}

bool AllowList::Matches(const Entry& entry, const AccessEvent& event) {
  if (entry.until && event.ts >= *entry.until) return false;
  if (!entry.user.empty() && entry.user != event.user) return false;
  if (entry.token && entry.token != event.token) return false;
  if (!entry.path.empty() && !(event.path.starts_with(entry.path) &&
                               (event.path.size() == entry.path.size() ||
                                entry.path.ends_with('/') || event.path[entry.path.size()] == '/')))
    return false;
  if (!entry.network) return true;
  return event.client_ip && event.client_ip->IsV4() == entry.network->first.IsV4() &&
         event.client_ip->Masked(entry.network->bits) == entry.network->first;
}

uint64_t AllowList::Allows(const AccessEvent& event) const {
  uint64_t allowed = 0;
  for (const auto& entry : entries_)
    if (Matches(entry, event)) allowed |= entry.detectors;
  return allowed;
}

}  // namespace leaktrip

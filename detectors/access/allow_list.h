// AllowList: events that detectors leave alone: networks, users, tokens and paths, each with its
// reason and, if it is not for good, its end. From rules/access/allow-list.yaml.
//
// What is allowed is still learned from. Uses of leaked and of revoked tokens are judged all the
// same, unless an entry names those detectors. Entries are tried in turn: the list is meant for
// tens of entries. Immutable; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "detectors/access/access_event.h"
#include "detectors/base/yaml.h"

namespace leaktrip {

class AllowList {
 public:
  // ids: of the detectors that entries may name, at most 64.
  static AllowList From(YamlMap* map, std::span<const std::string_view> ids);

  // The detectors that leave this event alone, as bits in the order of ids.
  uint64_t Allows(const AccessEvent& event) const;
  bool empty() const { return entries_.empty(); }

 private:
  struct Network {
    IpAddress first;
    int bits = 0;
  };
  // An event must match every part that an entry has.
  struct Entry {
    std::optional<Network> network;
    std::string user;
    std::optional<Fingerprint> token;
    std::string path;  // this one and all below it
    std::optional<Millis> until;
    uint64_t detectors = 0;
  };
  static bool Matches(const Entry& entry, const AccessEvent& event);

  std::vector<Entry> entries_;
};

}  // namespace leaktrip

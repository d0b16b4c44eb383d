// AddressVisit: one event of unusual-address with what is looked up for it. Lives as long as the
// event.
#pragma once

#include <optional>
#include <string_view>

#include "detectors/access/address_habits.h"
#include "detectors/access/address_peers.h"
#include "detectors/access/knowledge.h"

namespace leaktrip {

struct AddressVisit {
  // REQUIRES: the event has an address. Cheap: only what every event needs.
  AddressVisit(const AccessEvent& e, const Knowledge& k);
  // The rest, when a visit begins.
  void LookUp(std::string_view principal);
  AddressPeers::Place place() const { return {network, info ? info->asn : 0, rented}; }

  const AccessEvent& event;
  const Knowledge& knowledge;
  uint64_t source;
  uint64_t network;
  uint64_t agent;

  const Profile* profile = nullptr;  // nullptr: never seen with success
  uint64_t user = 0;
  uint64_t organisation = 0;  // 0: none
  std::optional<NetworkInfo> info;
  bool rented = false;
  uint64_t home = 0;  // country
  Novelty novelty = Novelty::kKnownNetwork;

 private:
  Novelty Judge() const;
};

}  // namespace leaktrip

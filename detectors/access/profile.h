// Profile: the places and agents that one user (or token without a user) is known from. A value.
#pragma once

#include "detectors/access/networks.h"
#include "detectors/access/places.h"

namespace leaktrip {

struct Profile {
  static constexpr size_t kSources = 16;
  static constexpr size_t kNetworks = 16;
  static constexpr size_t kSystems = 8;
  static constexpr size_t kCountries = 6;
  static constexpr size_t kAgents = 8;

  PlaceList sources;
  PlaceList networks;
  PlaceList systems;    // by AS number
  PlaceList countries;  // by CountryNumber()
  PlaceList agents;     // by AgentFamily()
  Millis first = 0;
  Millis last = 0;
  double visits = 0;  // from anywhere, faded to `last`

  // True when this begins a visit from the source.
  bool Learn(const IpAddress& ip, const std::optional<NetworkInfo>& info, uint64_t agent,
             Millis ts);
  void Write(StateWriter* writer) const;
  bool Read(StateReader* reader);
};

}  // namespace leaktrip

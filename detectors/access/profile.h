// Profile: the places and agents that one user (or token without a user) is known from. A value.
#pragma once

#include <vector>

#include "detectors/access/networks.h"
#include "detectors/access/places.h"

namespace leaktrip {

struct Profile {
  static constexpr size_t kSources = 16;
  static constexpr size_t kNetworks = 16;
  static constexpr size_t kSystems = 8;
  static constexpr size_t kCountries = 6;
  static constexpr size_t kAgents = 8;

  struct Suspicion {
    uint64_t network = 0;
    uint32_t asn = 0;
    Millis since = 0;
  };
  static constexpr size_t kSuspicions = 4;

  std::vector<Suspicion> suspicions;
  PlaceList sources;
  PlaceList networks;
  PlaceList systems;    // by AS number
  PlaceList countries;  // by CountryNumber()
  PlaceList agents;     // by AgentFamily()
  Millis first = 0;
  Millis last = 0;
  double visits = 0;  // from anywhere, faded to `last`

  // Whether the place is on probation: an anomaly was about it in the last six days.
  bool Suspected(uint64_t network, uint32_t asn, Millis ts) const;
  void Suspect(uint64_t network, uint32_t asn, Millis ts);

  // True when this begins a visit from the source.
  bool Learn(const IpAddress& ip, const std::optional<NetworkInfo>& info, uint64_t agent,
             Millis ts);
  void Write(StateWriter* writer) const;
  bool Read(StateReader* reader);
};

}  // namespace leaktrip

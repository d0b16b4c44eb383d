#include "detectors/access/address_visit.h"

namespace leaktrip {
namespace {

uint64_t OrganisationOf(std::string_view user) {
  const size_t at = user.rfind('@');
  return at == std::string_view::npos ? 0 : HashBytes(user.substr(at + 1));
}

}  // namespace

AddressVisit::AddressVisit(const AccessEvent& e, const Knowledge& k)
    : event(e),
      knowledge(k),
      source(SourceNumber(*e.client_ip)),
      network(NetworkNumber(*e.client_ip)),
      agent(k.AgentOf(e)) {}

void AddressVisit::LookUp(std::string_view principal) {
  profile = knowledge.ProfileOf(event);
  user = HashBytes(principal);
  organisation = OrganisationOf(principal);
  info = knowledge.NetworkOf(event);
  rented = knowledge.Hosting(*event.client_ip);
  const SeenPlace* usual = profile == nullptr ? nullptr : profile->countries.MostVisited();
  home = usual != nullptr ? usual->key : info ? CountryNumber(info->country) : 0;
  novelty = Judge();
}

Novelty AddressVisit::Judge() const {
  if (profile == nullptr) return Novelty::kNewCountry;
  if (profile->networks.Find(network) != nullptr) return Novelty::kKnownNetwork;
  const uint64_t country = info ? CountryNumber(info->country) : 0;
  const bool known_country = country == 0 || profile->countries.Find(country) != nullptr;
  const bool known_system = info && info->asn != 0 && profile->systems.Find(info->asn) != nullptr;
  if (known_system) return rented ? Novelty::kNewRentedNetwork : Novelty::kNewNetwork;
  if (rented) return known_country ? Novelty::kNewRentedSystem : Novelty::kNewRentedCountry;
  return known_country ? Novelty::kNewSystem : Novelty::kNewCountry;
}

}  // namespace leaktrip

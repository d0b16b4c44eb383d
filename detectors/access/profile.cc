#include "detectors/access/profile.h"

#include <algorithm>

namespace leaktrip {

bool Profile::Learn(const IpAddress& ip, const std::optional<NetworkInfo>& info, uint64_t agent,
                    Millis ts) {
  if (first == 0) first = ts;
  const bool visit = sources.Learn(SourceNumber(ip), ts, kSources);
  networks.Learn(NetworkNumber(ip), ts, kNetworks);
  if (info && info->asn != 0) systems.Learn(info->asn, ts, kSystems);
  if (info && CountryNumber(info->country) != 0)
    countries.Learn(CountryNumber(info->country), ts, kCountries);
  agents.Learn(agent, ts, kAgents);
  if (visit) visits = visits * Faded(ts - last, 30 * kDay) + 1;
  last = std::max(last, ts);
  return visit;
}

void Profile::Write(StateWriter* writer) const {
  for (const auto* list : {&sources, &networks, &systems, &countries, &agents}) list->Write(writer);
  writer->Int(first).Int(last).Real(visits);
}

bool Profile::Read(StateReader* reader) {
  for (auto* list : {&sources, &networks, &systems, &countries, &agents})
    if (!list->Read(reader)) return false;
  first = reader->Int();
  last = reader->Int();
  visits = reader->Real();
  return reader->ok();
}

}  // namespace leaktrip

#include "detectors/access/profile.h"

#include <algorithm>

namespace leaktrip {
namespace {

constexpr Millis kProbation = 6 * kDay;

}  // namespace

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

bool Profile::Suspected(uint64_t network, uint32_t asn, Millis ts) const {
  return std::any_of(suspicions.begin(), suspicions.end(), [&](const Suspicion& s) {
    return (s.network == network || (asn != 0 && s.asn == asn)) && ts - s.since < kProbation;
  });
}

void Profile::Suspect(uint64_t network, uint32_t asn, Millis ts) {
  std::erase_if(suspicions, [&](const Suspicion& s) { return ts - s.since >= kProbation; });
  for (const auto& s : suspicions)
    if (s.network == network) return;
  // Of an AS that the user knew before only the network is suspect.
  const SeenPlace* system = asn == 0 ? nullptr : systems.Find(asn);
  const bool known = system != nullptr && ts - system->first >= kProbation;
  if (suspicions.size() >= kSuspicions) suspicions.erase(suspicions.begin());
  suspicions.push_back({network, known ? 0 : asn, ts});
}

void Profile::Write(StateWriter* writer) const {
  for (const auto* list : {&sources, &networks, &systems, &countries, &agents}) list->Write(writer);
  writer->Uint(suspicions.size());
  for (const auto& s : suspicions) writer->Uint(s.network).Uint(s.asn).Int(s.since);
  writer->Int(first).Int(last).Real(visits);
}

bool Profile::Read(StateReader* reader) {
  for (auto* list : {&sources, &networks, &systems, &countries, &agents})
    if (!list->Read(reader)) return false;
  suspicions.resize(reader->Count(kSuspicions));
  for (auto& s : suspicions) {
    s.network = reader->Uint();
    s.asn = static_cast<uint32_t>(reader->Uint());
    s.since = reader->Int();
  }
  first = reader->Int();
  last = reader->Int();
  visits = reader->Real();
  return reader->ok();
}

}  // namespace leaktrip

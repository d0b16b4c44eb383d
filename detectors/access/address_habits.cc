#include "detectors/access/address_habits.h"

#include <algorithm>

#include "detectors/access/key_text.h"

namespace leaktrip {
namespace {

constexpr Millis kHalfLife = 30 * kDay;
constexpr Millis kCaseLife = 6 * kDay;
constexpr double kHourPrior = 4;

}  // namespace

void AddressCase::Write(StateWriter* writer) const {
  writer->Uint(network)
      .Uint(source)
      .Int(started)
      .Int(last - started)
      .Uint(static_cast<uint64_t>(novelty));
  for (const double term : {place, peers, agent, hour, elsewhere, campaign, behaviour, raised})
    writer->Real(term);
  writer->Uint(visits).Uint(wanted).Uint(token_agent);
  writer->Text(token ? KeyOf(*token) : std::string_view());
}

bool AddressCase::Read(StateReader* reader) {
  network = reader->Uint();
  source = reader->Uint();
  started = reader->Int();
  last = started + reader->Int();
  const uint64_t n = reader->Uint();
  if (n >= kNovelties) return false;
  novelty = static_cast<Novelty>(n);
  for (double* term : {&place, &peers, &agent, &hour, &elsewhere, &campaign, &behaviour, &raised})
    *term = reader->Real();
  visits = reader->Uint();
  wanted = reader->Uint();
  token_agent = reader->Uint() != 0;
  const auto bytes = reader->Text();
  if (!bytes.empty() && bytes.size() != sizeof(Fingerprint)) return false;
  if (!bytes.empty()) std::copy(bytes.begin(), bytes.end(), token.emplace().bytes.begin());
  return reader->ok();
}

const AddressHabits::Visit* AddressHabits::Continues(uint64_t source, uint64_t agent,
                                                     Millis ts) const {
  for (const auto& visit : recent)
    if (visit.source == source && visit.agent == agent && ts - visit.last < kVisitGap)
      return &visit;
  return nullptr;
}

void AddressHabits::Begin(uint64_t source, uint64_t agent, Millis ts) {
  std::erase_if(recent, [&](const Visit& v) {
    return (v.source == source && v.agent == agent) || ts - v.last >= kVisitGap;
  });
  if (recent.size() >= kRecent) recent.erase(recent.begin());
  recent.push_back({source, agent, ts});
}

AddressCase* AddressHabits::CaseAt(uint64_t network, Millis ts) {
  std::erase_if(cases, [&](const AddressCase& c) { return ts - c.started > kCaseLife; });
  for (auto& c : cases)
    if (c.network == network) return &c;
  return nullptr;
}

void AddressHabits::Fade(Millis ts) {
  const double factor = Faded(ts - last, kHalfLife);
  visits *= factor;
  new_agents *= factor;
  requests *= factor;
  sensitive *= factor;
  for (auto& n : novelties) n *= factor;
  for (auto& hour : hours) hour = static_cast<float>(hour * factor);
  last = std::max(last, ts);
}

double AddressHabits::HourRate(Millis ts) const {
  const auto hour = static_cast<size_t>(ts / kHour % 24);
  double all = 0;
  for (const float h : hours) all += h;
  const double near = 0.5 * hours[hour] + 0.25 * (hours[(hour + 1) % 24] + hours[(hour + 23) % 24]);
  return (near + kHourPrior / 24) / (all + kHourPrior);
}

void AddressHabits::Write(StateWriter* writer) const {
  writer->Real(visits).Real(new_agents).Real(requests).Real(sensitive).Int(last);
  for (const double n : novelties) writer->Real(n);
  for (const float hour : hours) writer->Real(hour);
  for (size_t i = 0; i < 2; ++i) writer->Real(opened[i]).Real(doubled[i]);
  writer->Int(day_began).Real(day_best).Real(day_raised);
  writer->Uint(recent.size());
  for (const auto& visit : recent) writer->Uint(visit.source).Uint(visit.agent).Int(visit.last);
  writer->Uint(cases.size());
  for (const auto& c : cases) c.Write(writer);
}

bool AddressHabits::Read(StateReader* reader) {
  visits = reader->Real();
  new_agents = reader->Real();
  requests = reader->Real();
  sensitive = reader->Real();
  last = reader->Int();
  for (double& n : novelties) n = reader->Real();
  for (float& hour : hours) hour = static_cast<float>(reader->Real());
  for (size_t i = 0; i < 2; ++i) {
    opened[i] = reader->Real();
    doubled[i] = reader->Real();
  }
  day_began = reader->Int();
  day_best = reader->Real();
  day_raised = reader->Real();
  recent.resize(reader->Count(kRecent));
  for (auto& visit : recent) {
    visit.source = reader->Uint();
    visit.agent = reader->Uint();
    visit.last = reader->Int();
  }
  cases.resize(reader->Count(kCases));
  for (auto& c : cases)
    if (!c.Read(reader)) return false;
  return reader->ok();
}

}  // namespace leaktrip

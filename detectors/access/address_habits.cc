#include "detectors/access/address_habits.h"

#include <algorithm>

#include "detectors/access/key_text.h"

namespace leaktrip {
namespace {

constexpr Millis kHalfLife = 30 * kDay;
constexpr Millis kCaseLife = 6 * kDay;
constexpr double kHourPrior = 4;
constexpr size_t kMostAgentBytes = 512;

}  // namespace

void AddressCase::Write(StateWriter* writer) const {
  writer->Uint(network)
      .Uint(source)
      .Int(started)
      .Int(last - started)
      .Uint(static_cast<uint64_t>(novelty));
  for (const double term : {place, peers, agent, hour, elsewhere, raised, best}) writer->Real(term);
  writer->Uint(visits);
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
  for (double* term : {&place, &peers, &agent, &hour, &elsewhere, &raised, &best})
    *term = reader->Real();
  visits = reader->Uint();
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
  writer->Real(visits).Real(new_agents).Int(last);
  for (const double n : novelties) writer->Real(n);
  for (const float hour : hours) writer->Real(hour);
  for (size_t i = 0; i < 2; ++i) writer->Real(opened[i]).Real(doubled[i]);
  agents.Write(writer);
  writer->Uint(recent.size());
  for (const auto& visit : recent) writer->Uint(visit.source).Uint(visit.agent).Int(visit.last);
  writer->Uint(cases.size());
  for (const auto& c : cases) c.Write(writer);
}

bool AddressHabits::Read(StateReader* reader) {
  visits = reader->Real();
  new_agents = reader->Real();
  last = reader->Int();
  for (double& n : novelties) n = reader->Real();
  for (float& hour : hours) hour = static_cast<float>(reader->Real());
  for (size_t i = 0; i < 2; ++i) {
    opened[i] = reader->Real();
    doubled[i] = reader->Real();
  }
  if (!agents.Read(reader)) return false;
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

uint64_t AgentFamily(std::string_view user_agent) {
  char letters[kMostAgentBytes];
  size_t size = 0;
  for (const char c : user_agent.substr(0, kMostAgentBytes))
    if (c < '0' || c > '9') letters[size++] = c;
  return HashBytes({letters, size});
}

}  // namespace leaktrip

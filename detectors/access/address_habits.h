// What unusual-address remembers of one user or token: its rates, its hours, its agents, and the
// cases that are open. Values.
#pragma once

#include <array>
#include <optional>
#include <vector>

#include "detectors/access/agent_family.h"
#include "detectors/access/places.h"
#include "detectors/base/fingerprint.h"

namespace leaktrip {

// How far the source of a visit is from what the user is known for, by back-off from network to AS
// to country. Inside an AS that rents machines, knowing the AS says nothing.
enum class Novelty : uint8_t {
  kKnownNetwork,
  kNewNetwork,        // in a known AS that serves people
  kNewRentedNetwork,  // in a known AS that rents machines
  kNewSystem,         // AS that serves people, known country
  kNewCountry,        // AS that serves people, new country
  kNewRentedSystem,   // AS that rents machines, known country
  kNewRentedCountry,  // AS that rents machines, new country
};
inline constexpr size_t kNovelties = 7;

// Evidence about one user at one unfamiliar network, in nats; lasts for six days.
struct AddressCase {
  uint64_t network = 0;
  uint64_t source = 0;  // the latest
  Millis started = 0;
  Millis last = 0;
  Novelty novelty = Novelty::kKnownNetwork;
  double place = 0;  // how much likelier an attacker comes from such a place than this user
  double peers = 0;  // what others from the user's country and organisation say of it
  double agent = 0;
  double hour = 0;
  double elsewhere = 0;      // used from two far places at once
  double campaign = 0;       // it began by signing in during a campaign of guessing
  double behaviour = 0;      // what is asked for there, against what the user asks for
  uint64_t wanted = 0;       // sensitive things asked for there, as bits by SensitivePaths::Find()
  bool token_agent = false;  // `agent` is about the token, not the user
  double raised = 0;         // score of the last anomaly
  uint64_t visits = 0;
  std::optional<Fingerprint> token;  // the latest one used there

  void Write(StateWriter* writer) const;
  bool Read(StateReader* reader);
};

struct AddressHabits {
  static constexpr size_t kCases = 4;
  static constexpr size_t kRecent = 4;

  struct Visit {
    uint64_t source = 0;
    uint64_t agent = 0;
    Millis last = 0;
  };

  double visits = 0;  // faded to `last`, as are the next two
  std::array<double, kNovelties> novelties{};
  double new_agents = 0;
  double requests = 0;   // a sample of them, at most one a minute
  double sensitive = 0;  // of those, for sensitive things
  Millis last = 0;
  std::array<float, 24> hours{};
  std::array<double, 2> opened{};   // cases far away: from people's systems, from rented ones
  std::array<double, 2> doubled{};  // those that overlapped with use from a known place
  // One day of the user, whatever the number of cases: a token that was posted opens hundreds.
  Millis day_began = 0;
  double day_best = 0;    // highest score
  double day_raised = 0;  // score of the last anomaly
  std::vector<Visit> recent;
  std::vector<AddressCase> cases;

  // The visit that an event continues: same source and agent within half an hour.
  const Visit* Continues(uint64_t source, uint64_t agent, Millis ts) const;
  void Begin(uint64_t source, uint64_t agent, Millis ts);
  AddressCase* CaseAt(uint64_t network, Millis ts);
  void Fade(Millis ts);
  // Share of visits in this hour of the day, smoothed over its neighbours.
  double HourRate(Millis ts) const;

  void Write(StateWriter* writer) const;
  bool Read(StateReader* reader);
};

}  // namespace leaktrip

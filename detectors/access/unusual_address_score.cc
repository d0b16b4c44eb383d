// unusual-address: the score of a case as a sum of terms, the terms in words, and the saved state.
#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>

#include "detectors/access/unusual_address.h"
#include "detectors/access/words.h"

namespace leaktrip {
namespace {

constexpr std::string_view kHazardsKey = "hazards";
constexpr std::array<std::string_view, kNovelties> kPlaceWords = {
    "a known network",
    "a new network of a known provider",
    "a new rented machine at a known provider",
    "a new provider in a known country",
    "a new provider in a new country",
    "a rented machine at a new provider in a known country",
    "a rented machine at a new provider in a new country"};
constexpr double kOdd = 3;
// At most one in two hundred users at an unfamiliar place is an attacker: below even odds, ln 200,
// nobody is called, whatever the budget.
constexpr double kEvenOdds = 5.3;
constexpr double kLeaked = 3;
constexpr double kGuessedAt = 2;
constexpr double kOddForAnother = 1.5;
constexpr int kGuessingNetworks = 5;
// Rates below these are not believed, however often nothing happened: a model is not that good.
constexpr double kMostTokenAgent = 6;
constexpr double kMostPerThing = 2.5;
constexpr double kMostBehaviour = 7;
constexpr double kOwnRequests = 100;  // weight of the population against a user's own requests

std::string Signed(double nats) { return (nats < 0 ? "" : "+") + OneDecimal(nats); }

// Other accounts refused from the same source speak for an attacker; the user's own attempts do
// where the client is strange, with his own client he mistyped.
double RefusedClue(const SourceFailures& failures, const AccessEvent& event,
                   const AddressCase& open) {
  const uint64_t own = event.user.empty() ? 0 : HashBytes(event.user);
  const int others = failures.DistinctSince(event.ts - kDay, own);
  const FailedTarget* mine = own == 0 ? nullptr : failures.Find(own);
  const double count = mine == nullptr ? 0 : mine->count;
  return std::min(4.0, 1.2 * others + (open.agent > 0 ? .3 + .3 * count : .05 * count));
}

}  // namespace

// How much the agent says. A token is bound to its client far more tightly than a user is to one of
// several, so the token's own novelty counts where it says more.
double UnusualAddress::AgentClue(const AddressVisit& visit, const AddressHabits& habits,
                                 bool new_agent, bool* of_token) const {
  const double p = OwnRate(habits.new_agents, habits.visits, agent_hazard_.Rate(habits.visits));
  double clue = new_agent ? std::min(4.5, std::log(.7 / p))
                          : std::max(-1.2, std::log(.3 / std::max(1 - p, 1e-6)));
  const TokenFacts* token = visit.knowledge.TokenOf(visit.event);
  *of_token = false;
  if (token == nullptr || token->agent == visit.agent || token->before == visit.agent) return clue;
  // A thief plays along with the victim's agent about half the time.
  const double rate = token_agent_hazard_.Rate(static_cast<double>(token->uses));
  const double of = std::min(kMostTokenAgent, std::log(.5 / rate));
  *of_token = of > clue;
  return std::max(of, clue);
}

void UnusualAddress::LearnRequest(const AddressVisit& visit, AddressHabits* habits) {
  const bool sensitive = sensitive_.Find(visit.event.path) >= 0;
  ++requests_;
  ++habits->requests;
  if (sensitive) ++wanted_, ++habits->sensitive;
  hazards_dirty_ = true;
}

// Half of what an intruder asks for is worth having. A user's own share comes from the population's
// and what he asks for at home; the same thing asked for again says nothing new.
void UnusualAddress::Ask(const AddressVisit& visit, const AddressHabits& habits,
                         AddressCase* open) const {
  const double everybody = (wanted_ + 1) / (requests_ + 20);
  const double own =
      (habits.sensitive + kOwnRequests * everybody) / (habits.requests + kOwnRequests);
  const int thing = sensitive_.Find(visit.event.path);
  if (thing < 0) {
    open->behaviour += std::log(.5 / std::max(1 - own, .01));
  } else if ((open->wanted >> thing & 1) == 0) {
    open->wanted |= uint64_t{1} << thing;
    open->behaviour += std::clamp(std::log(.5 / own), 0.0, kMostPerThing);
  }
  open->behaviour = std::clamp(open->behaviour, -2.0, kMostBehaviour);
}

UnusualAddress::Terms UnusualAddress::TermsOf(const AddressVisit& visit,
                                              const AddressCase& open) const {
  const AccessEvent& event = visit.event;
  const FailureMemory& memory = visit.knowledge.failures();
  Terms terms{};
  const auto set = [&terms](Clue clue, double nats) { terms[static_cast<size_t>(clue)] = nats; };
  set(Clue::kPlace, open.place);
  set(Clue::kPeers, open.peers);
  set(Clue::kAgent, open.agent);
  set(Clue::kTimeOfDay, open.hour);
  set(Clue::kElsewhere, open.elsewhere);
  set(Clue::kBehaviour, open.behaviour);
  if (const SourceFailures* failures = memory.Source(AddressOf(open.source));
      failures != nullptr && event.ts - failures->last < kDay)
    set(Clue::kRefused, RefusedClue(*failures, event, open));
  if (const AccountFailures* failures = memory.Account(event.user);
      failures != nullptr && failures->NetworksSince(event.ts - 12 * kHour) >= kGuessingNetworks)
    set(Clue::kGuessedAt, kGuessedAt);
  if (open.campaign > 0) set(Clue::kCampaign, open.campaign);
  if (peers_.OddForAnother(open.network, visit.user, event.ts))
    set(Clue::kOddForAnother, kOddForAnother);
  if (open.token && visit.knowledge.Leak(*open.token) != nullptr) set(Clue::kLeaked, kLeaked);
  return terms;
}

std::string UnusualAddress::Words(Clue clue, double nats, const AddressVisit& visit,
                                  const AddressCase& open) const {
  switch (clue) {
    case Clue::kPlace:
      return std::string(kPlaceWords[static_cast<size_t>(open.novelty)]);
    case Clue::kPeers:
      return nats > 0 ? "few users from the same country are known from there"
                      : "colleagues or users from the same country are known from there";
    case Clue::kAgent:
      return nats <= 0          ? "an agent this user has"
             : open.token_agent ? "an agent this token was never used with"
                                : "an agent this user never had";
    case Clue::kTimeOfDay:
      return nats > 0 ? "at an hour this user is seldom seen" : "at a usual hour";
    case Clue::kElsewhere:
      return "at the same time used from a known place too far away to travel";
    case Clue::kBehaviour:
      return nats > 0 ? "asks for " +
                            CountWords(static_cast<uint64_t>(std::popcount(open.wanted)), "kind") +
                            " of sensitive things there"
                      : "asks for usual things";
    case Clue::kRefused: {
      const SourceFailures* failures = visit.knowledge.failures().Source(AddressOf(open.source));
      const int distinct =
          failures == nullptr ? 0 : failures->DistinctSince(visit.event.ts - kDay, 0);
      return "refused attempts from the same source on " +
             CountWords(static_cast<uint64_t>(distinct), "account");
    }
    case Clue::kGuessedAt:
      return "the account is being guessed at from many networks";
    case Clue::kCampaign:
      return "signed in while many sources guess at accounts";
    case Clue::kOddForAnother:
      return "the network was unusual for another user within a day";
    case Clue::kLeaked:
      return "the token is known as leaked";
  }
  return {};
}

double UnusualAddress::Threshold() const {
  if (settings_.alerts_per_day <= 0) return settings_.threshold;
  return budget_.Threshold(settings_.alerts_per_day, kEvenOdds, settings_.threshold,
                           AlertBudget::Of::kOwners);
}

void UnusualAddress::Raise(const AddressVisit& visit, AddressHabits* habits, AddressCase* open,
                           std::vector<Anomaly>* anomalies) {
  const Terms terms = TermsOf(visit, *open);
  const double score = std::accumulate(terms.begin(), terms.end(), 0.0);
  const Millis ts = visit.event.ts;
  if (score > kOdd) peers_.LearnOdd(open->network, visit.user, ts);
  if (ts - habits->day_began >= kDay) {
    habits->day_began = ts;
    habits->day_best = habits->day_raised = 0;
  }
  const double threshold = Threshold();
  if (score > habits->day_best) {
    budget_.Learn(ts, habits->day_best, score);
    habits->day_best = score;
    hazards_dirty_ = true;
  }
  if (ts - first_event_ < settings_.learning || score < threshold) return;
  // One anomaly per case and per day of a user, and one more when it has become certain.
  const double raised = std::max(open->raised, habits->day_raised);
  const double certain = threshold + settings_.certain;
  if (raised > 0 && (score < certain || raised >= certain)) return;
  open->raised = habits->day_raised = score;
  anomalies->push_back(Describe(visit, *habits, *open, terms, score, threshold));
}

Anomaly UnusualAddress::Describe(const AddressVisit& visit, const AddressHabits& habits,
                                 const AddressCase& open, const Terms& terms, double score,
                                 double threshold) const {
  const AccessEvent& event = visit.event;
  Anomaly anomaly;
  anomaly.detector = id();
  anomaly.ts = event.ts;
  anomaly.started = open.started;
  anomaly.entity = open.token ? TokenEntity(*open.token) : UserEntity(event.user);
  anomaly.entities = {anomaly.entity};
  if (open.token && !event.user.empty()) anomaly.entities.push_back(UserEntity(event.user));
  const IpAddress source = AddressOf(open.source);
  anomaly.entities.push_back(SourceEntity(source));
  anomaly.score = score;
  anomaly.threshold = threshold;
  anomaly.severity = settings_.common.severity;
  if (score >= threshold + settings_.certain && anomaly.severity < Severity::kCritical)
    anomaly.severity = static_cast<Severity>(static_cast<int>(anomaly.severity) + 1);
  anomaly.summary = std::string(open.token ? "A token" : "An account") +
                    " was used from an address that is unusual for it.";
  std::array<size_t, kClues> order{};
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(), [&terms](size_t a, size_t b) {
    return std::abs(terms[a]) > std::abs(terms[b]);
  });
  for (const size_t i : order)
    if (terms[i] != 0)
      anomaly.reasons.push_back(Words(static_cast<Clue>(i), terms[i], visit, open) + " (" +
                                Signed(terms[i]) + ")");
  anomaly.reasons.push_back("from " + SourceWords(source, visit.knowledge.networks()) + ", after " +
                            CountWords(static_cast<uint64_t>(habits.visits), "visit") +
                            " from elsewhere");
  anomaly.reasons.push_back(RequestWords(event));
  return anomaly;
}

void UnusualAddress::Save(const StateSink& sink) {
  habits_.Save(sink);
  peers_.Save(sink);
  if (!hazards_dirty_) return;
  StateWriter writer;
  writer.Int(first_event_);
  for (const auto& hazard : novelty_hazards_) hazard.Write(&writer);
  agent_hazard_.Write(&writer);
  token_agent_hazard_.Write(&writer);
  writer.Real(requests_).Real(wanted_);
  for (const auto& hazard : double_hazards_) hazard.Write(&writer);
  budget_.Write(&writer);
  sink(kHazardsKey, writer.bytes());
  hazards_dirty_ = false;
}

bool UnusualAddress::Restore(std::string_view key, std::string_view value) {
  if (key == kHazardsKey) {
    StateReader reader(value);
    first_event_ = reader.Int();
    bool good = true;
    for (auto& hazard : novelty_hazards_) good = hazard.Read(&reader) && good;
    good = agent_hazard_.Read(&reader) && good;
    good = token_agent_hazard_.Read(&reader) && good;
    requests_ = reader.Real();
    wanted_ = reader.Real();
    for (auto& hazard : double_hazards_) good = hazard.Read(&reader) && good;
    return budget_.Read(&reader) && good && reader.AtEnd();
  }
  bool good = false;
  return (habits_.Restore(key, value, &good) || peers_.Restore(key, value, &good)) && good;
}

}  // namespace leaktrip

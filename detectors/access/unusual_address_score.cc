// unusual-address: the score of a case as a sum of terms, the terms in words, and the saved state.
#include <algorithm>
#include <cmath>

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
constexpr double kLeaked = 3;
constexpr double kGuessedAt = 2;
constexpr double kOddForAnother = 1.5;
constexpr int kGuessingNetworks = 5;

std::string Signed(double nats) { return (nats < 0 ? "" : "+") + OneDecimal(nats); }

}  // namespace

std::vector<UnusualAddress::Term> UnusualAddress::Terms(const AddressVisit& visit,
                                                        const AddressCase& open) const {
  const AccessEvent& event = visit.event;
  const Knowledge& knowledge = visit.knowledge;
  std::vector<Term> terms = {
      {open.place, std::string(kPlaceWords[static_cast<size_t>(open.novelty)])},
      {open.peers, open.peers > 0 ? "few users from the same country are known from there"
                                  : "users from the same country are known from there"},
      {open.agent, open.agent > 0 ? "an agent this user never had" : "an agent this user has"},
      {open.hour, open.hour > 0 ? "at an hour this user is seldom seen" : "at a usual hour"},
      {open.elsewhere, "at the same time used from a known place too far away to travel"},
  };
  if (const SourceFailures* failures = knowledge.failures().Source(AddressOf(open.source));
      failures != nullptr && event.ts - failures->last < kDay) {
    const int distinct = failures->DistinctSince(event.ts - kDay, 0);
    terms.push_back({std::min(4.0, 1.2 * distinct + .3 * failures->unfamiliar),
                     "refused attempts from the same source on " +
                         CountWords(static_cast<uint64_t>(distinct), "account")});
  }
  if (const AccountFailures* failures = knowledge.failures().Account(event.user);
      failures != nullptr && failures->NetworksSince(event.ts - 12 * kHour) >= kGuessingNetworks)
    terms.push_back({kGuessedAt, "the account is being guessed at from many networks"});
  if (peers_.OddForAnother(open.network, visit.user, event.ts))
    terms.push_back({kOddForAnother, "the network was unusual for another user within a day"});
  if (open.token && knowledge.Leak(*open.token) != nullptr)
    terms.push_back({kLeaked, "the token is known as leaked"});
  std::erase_if(terms, [](const Term& t) { return t.nats == 0; });
  return terms;
}

double UnusualAddress::Threshold() const {
  if (settings_.alerts_per_day <= 0) return settings_.threshold;
  return budget_.Threshold(settings_.alerts_per_day, kOdd, settings_.threshold);
}

void UnusualAddress::Raise(const AddressVisit& visit, const AddressHabits& habits,
                           AddressCase* open, std::vector<Anomaly>* anomalies) {
  std::vector<Term> terms = Terms(visit, *open);
  double score = 0;
  for (const auto& term : terms) score += term.nats;
  const AccessEvent& event = visit.event;
  if (score > kOdd) peers_.LearnOdd(open->network, visit.user, event.ts);
  if (score > open->best) {
    budget_.Learn(event.ts, open->best, score);
    open->best = score;
    hazards_dirty_ = true;
  }
  const double threshold = Threshold();
  const double certain = threshold + settings_.certain;
  if (event.ts - first_event_ < settings_.learning) return;
  if (score < threshold || open->raised >= certain) return;
  if (open->raised > 0 && score < certain) return;
  open->raised = score;

  Anomaly anomaly;
  anomaly.detector = id();
  anomaly.ts = event.ts;
  anomaly.started = open->started;
  anomaly.entity = open->token ? TokenEntity(*open->token) : UserEntity(event.user);
  anomaly.entities = {anomaly.entity};
  if (open->token && !event.user.empty()) anomaly.entities.push_back(UserEntity(event.user));
  const IpAddress source = AddressOf(open->source);
  anomaly.entities.push_back(SourceEntity(source));
  anomaly.score = score;
  anomaly.threshold = threshold;
  anomaly.severity = settings_.common.severity;
  if (score >= certain && anomaly.severity < Severity::kCritical)
    anomaly.severity = static_cast<Severity>(static_cast<int>(anomaly.severity) + 1);
  anomaly.summary = std::string(open->token ? "A token" : "An account") +
                    " was used from an address that is unusual for it.";
  std::sort(terms.begin(), terms.end(),
            [](const Term& a, const Term& b) { return std::abs(a.nats) > std::abs(b.nats); });
  for (const auto& term : terms)
    anomaly.reasons.push_back(term.words + " (" + Signed(term.nats) + ")");
  anomaly.reasons.push_back("from " + SourceWords(source, visit.knowledge.networks()) + ", after " +
                            CountWords(static_cast<uint64_t>(habits.visits), "visit") +
                            " from elsewhere");
  anomaly.reasons.push_back(RequestWords(event));
  anomalies->push_back(std::move(anomaly));
}

void UnusualAddress::Save(const StateSink& sink) {
  habits_.Save(sink);
  peers_.Save(sink);
  if (!hazards_dirty_) return;
  StateWriter writer;
  writer.Int(first_event_);
  for (const auto& hazard : novelty_hazards_) hazard.Write(&writer);
  agent_hazard_.Write(&writer);
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
    for (auto& hazard : double_hazards_) good = hazard.Read(&reader) && good;
    return budget_.Read(&reader) && good && reader.AtEnd();
  }
  bool good = false;
  return (habits_.Restore(key, value, &good) || peers_.Restore(key, value, &good)) && good;
}

}  // namespace leaktrip

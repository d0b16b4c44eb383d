#include "detectors/access/unusual_address.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "detectors/access/geo.h"

namespace leaktrip {
namespace {

constexpr std::string_view kId = "unusual-address";
// How an attacker's sources fall on the novelties.
constexpr std::array<double, kNovelties> kAttacker = {.02, .08, .06, .12, .32, .10, .30};
// A model of people is not so good that it may be believed beyond this.
constexpr double kMostPlace = 6;
constexpr Millis kTogether = 3 * kHour;
constexpr double kFarKilometres = 500;
constexpr double kFastKilometresPerHour = 900;
// Of stolen passwords that are tried, about one in 200 works; and users sign in from strange places
// about once in a hundred minutes: the odds of a takeover during a campaign, by its attempts in ten
// minutes.
constexpr double kGuessesRight = 0.005;
constexpr double kStrangeSignIns = 0.1;
constexpr double kMostCampaign = 2.5;
// Share of an organisation's users that come to an AS within a week when it did not move there.
constexpr double kMovedByChance = 0.01;

bool NewForToken(const AddressVisit& visit, const TokenFacts& token) {
  return token.agent != visit.agent && token.before != visit.agent;
}

}  // namespace

UnusualAddress::UnusualAddress(const Settings& settings)
    : settings_(settings),
      habits_("habits/", KeyText::kName, settings.common.max_entries),
      peers_(settings.common.max_entries),
      sensitive_(settings.sensitive_words) {}

std::string_view UnusualAddress::id() const { return kId; }

void UnusualAddress::Observe(const AccessEvent& event, const Knowledge& knowledge,
                             std::vector<Anomaly>* anomalies) {
  if (!event.Succeeded() || !event.client_ip) return;
  const std::string_view principal = knowledge.PrincipalOf(event);
  if (principal.empty()) return;
  if (first_event_ == 0) {
    first_event_ = event.ts;
    hazards_dirty_ = true;
  }
  AddressVisit visit(event, knowledge);
  const AddressHabits* known = habits_.Find(principal);
  const auto* going_on =
      known == nullptr ? nullptr : known->Continues(visit.source, visit.agent, event.ts);
  if (going_on != nullptr && known->cases.empty() && event.ts - going_on->last < kMinute) return;

  const std::string key(principal);
  AddressHabits* habits = habits_.Change(key);
  habits->Begin(visit.source, visit.agent, event.ts);
  if (going_on == nullptr) {
    visit.LookUp(key);
    return Begin(visit, habits, anomalies);
  }
  visit.user = HashBytes(key);
  AddressCase* open = habits->CaseAt(visit.network, event.ts);
  if (open == nullptr) {
    LearnRequest(visit, habits);
    return HomeVisit(visit, habits, anomalies);
  }
  const double before = open->behaviour;
  Ask(visit, *habits, open);
  if (open->behaviour > before) Raise(visit, habits, open, anomalies);
}

// A visit begins: judge it by what is known, then learn it.
void UnusualAddress::Begin(const AddressVisit& visit, AddressHabits* habits,
                           std::vector<Anomaly>* anomalies) {
  const Millis ts = visit.event.ts;
  const bool first_visit = habits->visits == 0;
  habits->Fade(ts);
  const bool new_agent = !first_visit && visit.profile != nullptr &&
                         visit.profile->agents.Find(visit.agent) == nullptr;
  AddressCase* open = habits->CaseAt(visit.network, ts);
  const bool judged = habits->visits >= settings_.least_visits;
  const bool fresh = open == nullptr && visit.novelty != Novelty::kKnownNetwork;
  if (fresh && judged) open = OpenCase(visit, habits);
  if (open != nullptr) {
    bool of_token = false;
    const double agent = AgentClue(visit, *habits, new_agent, &of_token);
    if (open->visits == 0 || agent > open->agent) {
      open->agent = agent;
      open->token_agent = of_token;
    }
    open->hour = std::clamp(open->hour + std::log(1.0 / 24 / habits->HourRate(ts)), -1.0, 2.0);
    open->last = std::max(open->last, ts);
    open->source = visit.source;
    if (visit.event.token) open->token = visit.event.token;
    ++open->visits;
    Ask(visit, *habits, open);
    Raise(visit, habits, open, anomalies);
  } else {
    LearnRequest(visit, habits);
    if (visit.novelty == Novelty::kKnownNetwork) HomeVisit(visit, habits, anomalies);
  }

  if (open == nullptr || fresh) LearnHazards(visit, *habits, new_agent);
  LearnPeers(visit, first_visit);
  if (open == nullptr || fresh) ++habits->novelties[static_cast<size_t>(visit.novelty)];
  if (new_agent) ++habits->new_agents;
  ++habits->visits;
  ++habits->hours[static_cast<size_t>(ts / kHour % 24)];
}

AddressCase* UnusualAddress::OpenCase(const AddressVisit& visit, AddressHabits* habits) {
  if (habits->cases.size() >= AddressHabits::kCases) habits->cases.erase(habits->cases.begin());
  AddressCase* open = &habits->cases.emplace_back();
  open->network = visit.network;
  open->source = visit.source;
  open->started = open->last = visit.event.ts;
  open->novelty = visit.novelty;
  const auto c = static_cast<size_t>(visit.novelty);
  open->place = std::min(
      kMostPlace, std::log(kAttacker[c] / OwnRate(habits->novelties[c], habits->visits,
                                                  novelty_hazards_[c].Rate(habits->visits))));
  double here = 0, everywhere = 0;
  peers_.Count(visit.place(), visit.home, &here, &everywhere);
  if (visit.info)
    open->peers = std::clamp(std::log(.004 * (everywhere + 60) / (here + .3)), -4.0, 1.5);
  const int colleagues = peers_.Colleagues(visit.network, visit.organisation, visit.user);
  const double moved =
      peers_.Moved(visit.place().system, visit.organisation, visit.user, visit.event.ts);
  open->peers -= std::max(colleagues >= 2 ? std::min(4.0, 1 + std::log(colleagues)) : 0.0,
                          moved > 0 ? std::clamp(std::log(moved / kMovedByChance), 0.0, 4.0) : 0.0);
  const Campaign& campaign = visit.knowledge.failures().accounts();
  if (visit.event.method == "POST" && !visit.event.token &&
      campaign.Over(kCampaignAlarm, kCampaignSources, visit.event.ts))
    open->campaign =
        std::min(kMostCampaign, std::log(1 + campaign.rate() * kGuessesRight / kStrangeSignIns));

  if (visit.novelty < Novelty::kNewSystem) return open;
  const size_t kind = visit.rented;
  double_hazards_[kind].Learn(habits->visits, false);
  ++habits->opened[kind];
  for (const auto& place : visit.profile->sources.places()) {
    const uint64_t network = NetworkNumber(AddressOf(place.key));
    const bool own_case = std::any_of(habits->cases.begin(), habits->cases.end(),
                                      [&](const AddressCase& c2) { return c2.network == network; });
    if (!own_case) CheckElsewhere(visit, AddressOf(place.key), place.last, habits, open);
  }
  return open;
}

// Was the known place used at a time from which nobody could have travelled to the case's?
void UnusualAddress::CheckElsewhere(const AddressVisit& visit, const IpAddress& home,
                                    Millis home_ts, AddressHabits* habits, AddressCase* open) {
  const Millis apart = std::abs(open->last - home_ts);
  if (open->elsewhere != 0 || open->novelty < Novelty::kNewSystem || apart > kTogether) return;
  const auto there = visit.knowledge.networks().Find(AddressOf(open->source));
  const auto here = visit.knowledge.networks().Find(home);
  if (!there || !here) return;
  const double km = Kilometres(*here, *there);
  const double hours = static_cast<double>(apart) / static_cast<double>(kHour);
  if (km < kFarKilometres || km < kFastKilometresPerHour * hours) return;
  const size_t kind = open->novelty >= Novelty::kNewRentedSystem;
  const double p = OwnRate(habits->doubled[kind], habits->opened[kind],
                           double_hazards_[kind].Rate(habits->visits));
  open->elsewhere = std::log(.45 / p);
  double_hazards_[kind].Learn(habits->visits, true);
  ++habits->doubled[kind];
  hazards_dirty_ = true;
}

// Use from a known place while cases are open: the owner may be at two places at once.
void UnusualAddress::HomeVisit(const AddressVisit& visit, AddressHabits* habits,
                               std::vector<Anomaly>* anomalies) {
  for (auto& open : habits->cases) {
    if (open.elsewhere != 0) continue;
    CheckElsewhere(visit, *visit.event.client_ip, visit.event.ts, habits, &open);
    if (open.elsewhere != 0) Raise(visit, habits, &open, anomalies);
  }
}

void UnusualAddress::LearnHazards(const AddressVisit& visit, const AddressHabits& habits,
                                  bool new_agent) {
  hazards_dirty_ = true;
  if (habits.visits > 0) {
    for (size_t c = 0; c < kNovelties; ++c)
      if (habits.novelties[c] <= 0)
        novelty_hazards_[c].Learn(habits.visits, c == static_cast<size_t>(visit.novelty));
    if (habits.new_agents <= 0) agent_hazard_.Learn(habits.visits, new_agent);
  }
  if (const TokenFacts* token = visit.knowledge.TokenOf(visit.event))
    token_agent_hazard_.Learn(static_cast<double>(token->uses), NewForToken(visit, *token));
}

void UnusualAddress::LearnPeers(const AddressVisit& visit, bool first_visit) {
  if (first_visit) peers_.LearnUser(visit.home, visit.organisation);
  const bool new_group = first_visit || (visit.rented ? visit.novelty != Novelty::kKnownNetwork
                                                      : visit.novelty >= Novelty::kNewSystem);
  peers_.LearnPlace(visit.place(), visit.home, new_group);
  if (first_visit || visit.novelty != Novelty::kKnownNetwork)
    peers_.LearnMember(visit.place(), visit.organisation, visit.user, visit.event.ts);
}

std::unique_ptr<Detector> MakeUnusualAddress(YamlMap* map) {
  UnusualAddress::Settings settings;
  settings.common = CommonSettings::From(map, Severity::kMedium);
  settings.threshold = map->Double("threshold", 6.5, 0.5, 50);
  settings.certain = map->Double("certain", 4, 0.5, 50);
  settings.alerts_per_day = map->Double("alerts_per_day", 0, 0, 10'000);
  settings.share = map->Double("share", 0.25, 0, 1);
  settings.sensitive_words = map->Strings("sensitive_words");
  settings.least_visits = map->Double("least_visits", 4, 1, 1000);
  settings.learning = map->Int("learning_hours", 72, 0, 8760) * kHour;
  return std::make_unique<UnusualAddress>(settings);
}

}  // namespace leaktrip

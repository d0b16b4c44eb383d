// unusual-address: a user or token is used, with success, from where it is not usually used.
//
// A log likelihood ratio, in nats, of attacker against owner, summed over what is known of the
// visit: how far the place is from the known ones (network, AS, country), what the user's peers say
// of the place, agent (of the user and of the token), hour, what is asked for, refused attempts
// from there, use from two far places at once, a campaign of guessing, a known leak. After D.
// Freeman et al., "Who Are You?" (NDSS 2016), with the owner's side by empirical Bayes over all
// users (hazard.h) so that the first time of anything has a sensible rate. Evidence gathers for six
// days per user and network, and the network counts as unfamiliar as long.
//
// State: habits per user, peers per network and AS, and the hazards. One thread.
#pragma once

#include <array>
#include <vector>

#include "detectors/access/address_habits.h"
#include "detectors/access/address_peers.h"
#include "detectors/access/address_visit.h"
#include "detectors/access/alert_budget.h"
#include "detectors/access/detector_settings.h"
#include "detectors/access/hazard.h"
#include "detectors/access/knowledge.h"
#include "detectors/access/sensitive_paths.h"

namespace leaktrip {

class UnusualAddress : public Detector {
 public:
  struct Settings {
    CommonSettings common;
    double threshold = 0;
    double certain = 0;  // this much above the threshold is one severity worse
    double alerts_per_day = 0;
    double share = 1;  // of the alerts a day that are wanted over all detectors
    double least_visits = 0;
    Millis learning = 0;
    std::vector<std::string> sensitive_words;
  };
  explicit UnusualAddress(const Settings& settings);

  std::string_view id() const override;
  void Observe(const AccessEvent& event, const Knowledge& knowledge,
               std::vector<Anomaly>* anomalies) override;
  void Save(const StateSink& sink) override;
  bool Restore(std::string_view key, std::string_view value) override;
  void SetAlertsPerDay(double per_day) override {
    settings_.alerts_per_day = per_day * settings_.share;
  }
  size_t entries() const override { return habits_.size() + peers_.entries(); }
  uint64_t evictions() const override { return habits_.evictions() + peers_.evictions(); }

 private:
  enum class Clue : uint8_t {
    kPlace,
    kPeers,
    kAgent,
    kTimeOfDay,
    kElsewhere,
    kBehaviour,
    kRefused,
    kGuessedAt,
    kCampaign,
    kOddForAnother,
    kLeaked,
  };
  static constexpr size_t kClues = 11;
  using Terms = std::array<double, kClues>;  // nats by Clue

  void Begin(const AddressVisit& visit, AddressHabits* habits, std::vector<Anomaly>* anomalies);
  void LearnHazards(const AddressVisit& visit, const AddressHabits& habits, bool new_agent);
  void LearnPeers(const AddressVisit& visit, bool first_visit);
  AddressCase* OpenCase(const AddressVisit& visit, AddressHabits* habits);
  void CheckElsewhere(const AddressVisit& visit, const IpAddress& home, Millis home_ts,
                      AddressHabits* habits, AddressCase* open);
  void HomeVisit(const AddressVisit& visit, AddressHabits* habits, std::vector<Anomaly>* anomalies);
  void Raise(const AddressVisit& visit, AddressHabits* habits, AddressCase* open,
             std::vector<Anomaly>* anomalies);
  Terms TermsOf(const AddressVisit& visit, const AddressCase& open) const;
  std::string Words(Clue clue, double nats, const AddressVisit& visit,
                    const AddressCase& open) const;
  Anomaly Describe(const AddressVisit& visit, const AddressHabits& habits, const AddressCase& open,
                   const Terms& terms, double score, double threshold) const;
  double AgentClue(const AddressVisit& visit, const AddressHabits& habits, bool new_agent,
                   bool* of_token) const;
  void LearnRequest(const AddressVisit& visit, AddressHabits* habits);
  // One more request at the case's place: what is asked for there.
  void Ask(const AddressVisit& visit, const AddressHabits& habits, AddressCase* open) const;

  double Threshold() const;

  Settings settings_;
  EntityTable<AddressHabits> habits_;
  AddressPeers peers_;
  std::array<Hazard, kNovelties> novelty_hazards_;
  Hazard agent_hazard_;
  Hazard token_agent_hazard_;
  std::array<Hazard, 2> double_hazards_;
  SensitivePaths sensitive_;
  double requests_ = 0;  // of everybody at known places, a sample, and
  double wanted_ = 0;    // of those for sensitive things
  AlertBudget budget_;
  Millis first_event_ = 0;
  bool hazards_dirty_ = false;
};

}  // namespace leaktrip

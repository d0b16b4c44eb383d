// failed-attempts: one source is refused again and again.
//
// From a place the account is not known from: a sequential probability ratio test (A. Wald, 1945).
// Each refused attempt steps up by ln(p1/p0), p1 and p0 being the chance that the next attempt
// fails too, of somebody who guesses and of the owner away from home; the owner with a client of
// his own fails less surprisingly than a client that the account never had. From a known place only
// a long run counts: nearly all such failures are mistyped passwords and forgotten jobs.
#include <cmath>

#include "detectors/access/detector_settings.h"
#include "detectors/access/guess_cases.h"
#include "detectors/access/words.h"

namespace leaktrip {
namespace {

constexpr std::string_view kId = "failed-attempts";
constexpr int kManyAccounts = 4;

struct Settings {
  CommonSettings common;
  double known_agent = 0;  // steps
  double strange_agent = 0;
  double down = 0;
  double alarm = 0;
  Millis half_life = 0;
  double familiar_failures = 0;
  Millis quiet = 0;
};

class FailedAttempts : public Detector {
 public:
  explicit FailedAttempts(const Settings& settings)
      : settings_(settings),
        sources_("source/", KeyText::kHex, settings.common.max_entries),
        accounts_("account/", KeyText::kName, settings.common.max_entries) {}

  std::string_view id() const override { return kId; }

  void Observe(const AccessEvent& event, const Knowledge& knowledge,
               std::vector<Anomaly>* anomalies) override {
    if (event.Succeeded()) return StepDown(event);
    if (event.token) return;
    if (MayBeGuess(event, knowledge))
      JudgeSource(event, knowledge, anomalies);
    else if (RefusedIdentity(event) && !event.user.empty() && knowledge.Familiar(event))
      JudgeFamiliar(event, knowledge, anomalies);
  }

  void Save(const StateSink& sink) override {
    sources_.Save(sink);
    accounts_.Save(sink);
  }
  bool Restore(std::string_view key, std::string_view value) override {
    bool good = false;
    return (sources_.Restore(key, value, &good) || accounts_.Restore(key, value, &good)) && good;
  }
  size_t entries() const override { return sources_.size() + accounts_.size(); }
  uint64_t evictions() const override { return sources_.evictions() + accounts_.evictions(); }

 private:
  // Successes speak for a shared address, once each half minute.
  void StepDown(const AccessEvent& event) {
    if (sources_.size() == 0 || !event.client_ip) return;
    const IpAddress source = event.client_ip->Source();
    const SourceWalk* known = sources_.Find(KeyOf(source));
    if (known == nullptr || known->log_ratio <= 0) return;
    SourceWalk* walk = sources_.Change(KeyOf(source));
    walk->log_ratio = std::max(0.0, walk->log_ratio - settings_.down);
  }

  void JudgeSource(const AccessEvent& event, const Knowledge& knowledge,
                   std::vector<Anomaly>* anomalies) {
    const bool known_agent = knowledge.KnownAgent(event);
    const IpAddress source = event.client_ip->Source();
    SourceWalk* walk = sources_.Change(KeyOf(source));
    walk->Turn(event.ts, settings_.half_life, settings_.quiet);
    walk->log_ratio += known_agent ? settings_.known_agent : settings_.strange_agent;
    ++walk->refused;
    if (walk->raised || walk->log_ratio < settings_.alarm) return;
    walk->raised = true;
    // Many accounts: password-spraying's case, or that of the campaign it belongs to.
    const FailureMemory& memory = knowledge.failures();
    const SourceFailures* failures = memory.Source(source);
    if (failures != nullptr &&
        failures->DistinctSince(event.ts - settings_.quiet, 0) >= kManyAccounts)
      return;

    Anomaly anomaly = GuessAnomaly(kId, event, walk->started, settings_.common.severity);
    anomaly.entity = SourceEntity(*event.client_ip);
    anomaly.entities = {anomaly.entity};
    if (!event.user.empty()) anomaly.entities.push_back(UserEntity(event.user));
    anomaly.score = walk->log_ratio;
    anomaly.threshold = settings_.alarm;
    anomaly.summary = "One source is refused again and again.";
    anomaly.reasons = {
        "about " +
            CountWords(static_cast<uint64_t>(std::lround(walk->refused)), "refused attempt") +
            " since " + FormatTime(walk->started) + " from " +
            SourceWords(*event.client_ip, knowledge.networks()),
        "it is e^" + OneDecimal(walk->log_ratio) +
            " times likelier for an attacker than for people"};
    if (!event.user.empty())
      anomaly.reasons.push_back("the last one on " + PrincipalWords(event) +
                                ", which was never seen from there" +
                                (known_agent ? "" : " nor with this agent"));
    anomaly.reasons.push_back(RequestWords(event));
    anomalies->push_back(std::move(anomaly));
  }

  void JudgeFamiliar(const AccessEvent& event, const Knowledge& knowledge,
                     std::vector<Anomaly>* anomalies) {
    const AccountFailures* failures = knowledge.failures().Account(event.user);
    if (failures == nullptr) return;
    const double count =
        failures->familiar * Faded(event.ts - failures->last_familiar, 30 * kMinute) + 1;
    if (count < settings_.familiar_failures) return;
    AccountCase* open = accounts_.Change(event.user);
    open->Turn(event.ts, settings_.quiet);
    if (open->raised) return;
    open->raised = true;
    Anomaly anomaly = GuessAnomaly(kId, event, open->started, settings_.common.severity);
    anomaly.entity = UserEntity(event.user);
    anomaly.entities = {anomaly.entity, SourceEntity(*event.client_ip)};
    anomaly.score = count;
    anomaly.threshold = settings_.familiar_failures;
    anomaly.summary = "One account is refused again and again from a place it is known from.";
    anomaly.reasons = {"about " + CountWords(static_cast<uint64_t>(count), "refused attempt") +
                           " in the last hour, more than people mistype",
                       "the last one from " + SourceWords(*event.client_ip, knowledge.networks()),
                       RequestWords(event)};
    anomalies->push_back(std::move(anomaly));
  }

  Settings settings_;
  EntityTable<SourceWalk> sources_;
  EntityTable<AccountCase> accounts_;
};

}  // namespace

std::unique_ptr<Detector> MakeFailedAttempts(YamlMap* map) {
  Settings settings;
  settings.common = CommonSettings::From(map, Severity::kMedium);
  const double attack = map->Double("again_if_attack", 0.95, 0.6, 0.999);
  const double known = map->Double("again_if_owner", 0.3, 0.001, 0.55);
  const double strange = map->Double("again_if_owner_strange_agent", 0.1, 0.001, 0.55);
  settings.known_agent = std::log(attack / known);
  settings.strange_agent = std::log(attack / strange);
  settings.down = std::log((1 - known) / (1 - attack));
  settings.alarm = std::log(0.99 / map->Double("false_alarm", 2e-6, 1e-12, 0.1));
  settings.half_life = map->Int("half_life_minutes", 360, 1, 10'080) * kMinute;
  settings.familiar_failures = map->Double("familiar_failures", 25, 5, 1e6);
  settings.quiet = map->Int("quiet_hours", 48, 1, 720) * kHour;
  return std::make_unique<FailedAttempts>(settings);
}

}  // namespace leaktrip

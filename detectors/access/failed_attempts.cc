// failed-attempts: somebody guesses at passwords or tokens.
//
// Per source: a fading count of refused attempts on accounts that are not known from there, and the
// number of distinct tokens that were never valid. Per account: distinct networks it is refused
// from, judged by the Poisson tail of what an account normally sees; and, from a known network,
// only a long run. Familiar failures are left out first: nearly all of them are mistyped passwords
// and forgotten jobs.
#include <boost/math/distributions/poisson.hpp>
#include <cmath>

#include "detectors/access/detector_settings.h"
#include "detectors/access/guess_cases.h"
#include "detectors/access/knowledge.h"
#include "detectors/access/words.h"

namespace leaktrip {
namespace {

constexpr std::string_view kId = "failed-attempts";

struct Settings {
  CommonSettings common;
  double source_failures = 0;
  Millis source_half_life = 0;
  size_t source_tokens = 0;
  int account_networks = 0;
  Millis account_window = 0;
  double account_normal = 0;
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
    if (!RefusedIdentity(event) || !event.client_ip) return;
    if (FailureMemory::TargetOf(event) == 0) return;
    const bool familiar = knowledge.Familiar(event);
    if (!familiar && !KnownToken(event, knowledge)) JudgeSource(event, knowledge, anomalies);
    if (event.user.empty() || event.token) return;
    if (familiar)
      JudgeFamiliar(event, knowledge, anomalies);
    else
      JudgeAccount(event, knowledge, anomalies);
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
  // A token that used to work is revoked-token-used's case.
  static bool KnownToken(const AccessEvent& event, const Knowledge& knowledge) {
    return event.token && (knowledge.Token(*event.token) || knowledge.Revocation(*event.token));
  }

  void JudgeSource(const AccessEvent& event, const Knowledge& knowledge,
                   std::vector<Anomaly>* anomalies) {
    const IpAddress source = event.client_ip->Source();
    SourceGuesses* guesses = sources_.Change(KeyOf(source));
    if (guesses->started == 0 || event.ts - guesses->last > settings_.quiet) {
      *guesses = {};
      guesses->started = event.ts;
    }
    guesses->failures =
        guesses->failures * Faded(event.ts - guesses->last, settings_.source_half_life) + 1;
    guesses->last = std::max(guesses->last, event.ts);
    if (event.token) guesses->AddToken(HashBytes(KeyOf(*event.token)));
    const bool many = guesses->failures >= settings_.source_failures;
    const bool tokens = guesses->tokens.size() >= settings_.source_tokens;
    if (guesses->raised || (!many && !tokens)) return;
    guesses->raised = true;

    Anomaly anomaly = Begin(event, guesses->started);
    anomaly.entity = SourceEntity(*event.client_ip);
    anomaly.entities = {anomaly.entity};
    if (!event.user.empty()) anomaly.entities.push_back(UserEntity(event.user));
    anomaly.score = tokens ? static_cast<double>(guesses->tokens.size()) : guesses->failures;
    anomaly.threshold =
        tokens ? static_cast<double>(settings_.source_tokens) : settings_.source_failures;
    anomaly.summary = tokens ? "One source tries tokens that were never valid."
                             : "One source is refused again and again.";
    if (tokens)
      anomaly.reasons.push_back(CountWords(guesses->tokens.size(), "distinct token") +
                                " that never worked, all refused");
    anomaly.reasons.push_back(
        "about " + CountWords(static_cast<uint64_t>(guesses->failures), "refused attempt") +
        " since " + FormatTime(guesses->started) + " from " +
        SourceWords(*event.client_ip, knowledge.networks()));
    if (!event.user.empty())
      anomaly.reasons.push_back("the last one on " + PrincipalWords(event) +
                                ", which was never seen from there");
    anomaly.reasons.push_back(RequestWords(event));
    anomalies->push_back(std::move(anomaly));
  }

  void JudgeAccount(const AccessEvent& event, const Knowledge& knowledge,
                    std::vector<Anomaly>* anomalies) {
    const AccountFailures* failures = knowledge.failures().Account(event.user);
    const Millis since = event.ts - settings_.account_window;
    int networks = 1;
    if (failures != nullptr) {
      const SeenPlace* here = failures->networks.Find(NetworkNumber(*event.client_ip));
      networks = failures->NetworksSince(since) + (here != nullptr && here->last >= since ? 0 : 1);
    }
    if (networks < 2) return;
    AccountCase* open = OpenCase(event);
    if (open->raised || networks < settings_.account_networks) return;
    open->raised = true;

    Anomaly anomaly = Begin(event, open->started);
    anomaly.entity = UserEntity(event.user);
    anomaly.entities = {anomaly.entity, SourceEntity(*event.client_ip)};
    anomaly.score = Surprise(networks);
    anomaly.threshold = Surprise(settings_.account_networks);
    anomaly.summary = "One account is being guessed at from many networks.";
    anomaly.reasons = {
        CountWords(static_cast<uint64_t>(networks), "network") + " refused within " +
            SpanWords(settings_.account_window) + ", none known for this account",
        "by chance this happens once in 10^" + OneDecimal(anomaly.score) + " such windows",
        "the last one from " + SourceWords(*event.client_ip, knowledge.networks()),
        RequestWords(event)};
    anomalies->push_back(std::move(anomaly));
  }

  void JudgeFamiliar(const AccessEvent& event, const Knowledge& knowledge,
                     std::vector<Anomaly>* anomalies) {
    const AccountFailures* failures = knowledge.failures().Account(event.user);
    if (failures == nullptr) return;
    const double count =
        failures->familiar * Faded(event.ts - failures->last_familiar, 30 * kMinute) + 1;
    if (count < settings_.familiar_failures) return;
    AccountCase* open = OpenCase(event);
    if (open->raised) return;
    open->raised = true;
    Anomaly anomaly = Begin(event, open->started);
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

  AccountCase* OpenCase(const AccessEvent& event) {
    AccountCase* open = accounts_.Change(event.user);
    if (open->started == 0 || event.ts - open->last > settings_.quiet) *open = {event.ts, 0, false};
    open->last = std::max(open->last, event.ts);
    return open;
  }

  Anomaly Begin(const AccessEvent& event, Millis started) const {
    Anomaly anomaly;
    anomaly.detector = kId;
    anomaly.ts = event.ts;
    anomaly.started = started;
    anomaly.severity = settings_.common.severity;
    return anomaly;
  }

  // -log10 of the chance of so many networks when an account normally sees account_normal.
  double Surprise(int networks) const {
    const boost::math::poisson_distribution<double> normal(settings_.account_normal);
    const double tail = boost::math::cdf(boost::math::complement(normal, networks - 1));
    return tail > 0 ? -std::log10(tail) : 300;
  }

  Settings settings_;
  EntityTable<SourceGuesses> sources_;
  EntityTable<AccountCase> accounts_;
};

}  // namespace

std::unique_ptr<Detector> MakeFailedAttempts(YamlMap* map) {
  Settings settings;
  settings.common = CommonSettings::From(map, Severity::kMedium);
  settings.source_failures = map->Double("source_failures", 10, 2, 1e6);
  settings.source_half_life = map->Int("source_half_life_minutes", 360, 1, 10'080) * kMinute;
  settings.source_tokens = static_cast<size_t>(map->Int("source_tokens", 6, 2, 16));
  settings.account_networks = static_cast<int>(map->Int("account_networks", 5, 2, 16));
  settings.account_window = map->Int("account_window_hours", 12, 1, 168) * kHour;
  settings.account_normal = map->Double("account_normal", 0.05, 1e-6, 10);
  settings.familiar_failures = map->Double("familiar_failures", 25, 5, 1e6);
  settings.quiet = map->Int("quiet_hours", 48, 1, 720) * kHour;
  return std::make_unique<FailedAttempts>(settings);
}

}  // namespace leaktrip

// targeted-account: one account is guessed at from many networks, each too quiet to stand out.
//
// Distinct networks that were refused on the account in a window and are not known for it, against
// the Poisson tail of what an account normally sees.
#include <boost/math/distributions/poisson.hpp>
#include <cmath>

#include "detectors/access/detector_settings.h"
#include "detectors/access/guess_cases.h"
#include "detectors/access/words.h"

namespace leaktrip {
namespace {

constexpr std::string_view kId = "targeted-account";

struct Settings {
  CommonSettings common;
  int networks = 0;
  Millis window = 0;
  double normal = 0;
  Millis quiet = 0;
};

class TargetedAccount : public Detector {
 public:
  explicit TargetedAccount(const Settings& settings)
      : settings_(settings), accounts_("account/", KeyText::kName, settings.common.max_entries) {}

  std::string_view id() const override { return kId; }

  void Observe(const AccessEvent& event, const Knowledge& knowledge,
               std::vector<Anomaly>* anomalies) override {
    if (event.user.empty() || event.token || !MayBeGuess(event, knowledge)) return;
    const AccountFailures* failures = knowledge.failures().Account(event.user);
    if (failures == nullptr) return;
    const Millis since = event.ts - settings_.window;
    const SeenPlace* here = failures->networks.Find(NetworkNumber(*event.client_ip));
    const int networks =
        failures->NetworksSince(since) + (here != nullptr && here->last >= since ? 0 : 1);
    if (networks < 2) return;
    AccountCase* open = accounts_.Change(event.user);
    open->Turn(event.ts, settings_.quiet);
    if (open->raised || networks < settings_.networks) return;
    open->raised = true;

    Anomaly anomaly = GuessAnomaly(kId, event, open->started, settings_.common.severity);
    anomaly.entity = UserEntity(event.user);
    anomaly.entities = {anomaly.entity, SourceEntity(*event.client_ip)};
    anomaly.score = Surprise(networks);
    anomaly.threshold = Surprise(settings_.networks);
    anomaly.summary = "One account is being guessed at from many networks.";
    anomaly.reasons = {
        CountWords(static_cast<uint64_t>(networks), "network") + " refused within " +
            SpanWords(settings_.window) + ", none known for this account",
        "by chance this happens once in 10^" + OneDecimal(anomaly.score) + " such windows",
        "the last one from " + SourceWords(*event.client_ip, knowledge.networks()),
        RequestWords(event)};
    anomalies->push_back(std::move(anomaly));
  }

  void Save(const StateSink& sink) override { accounts_.Save(sink); }
  bool Restore(std::string_view key, std::string_view value) override {
    bool good = false;
    return accounts_.Restore(key, value, &good) && good;
  }
  size_t entries() const override { return accounts_.size(); }
  uint64_t evictions() const override { return accounts_.evictions(); }

 private:
  // -log10 of the chance of so many networks.
  double Surprise(int networks) const {
    const boost::math::poisson_distribution<double> normal(settings_.normal);
    const double tail = boost::math::cdf(boost::math::complement(normal, networks - 1));
    return tail > 0 ? -std::log10(tail) : 300;
  }

  Settings settings_;
  EntityTable<AccountCase> accounts_;
};

}  // namespace

std::unique_ptr<Detector> MakeTargetedAccount(YamlMap* map) {
  Settings settings;
  settings.common = CommonSettings::From(map, Severity::kHigh);
  settings.networks = static_cast<int>(map->Int("networks", 5, 2, 16));
  settings.window = map->Int("window_hours", 12, 1, 168) * kHour;
  settings.normal = map->Double("normal_networks", 0.05, 1e-6, 10);
  settings.quiet = map->Int("quiet_hours", 48, 1, 720) * kHour;
  return std::make_unique<TargetedAccount>(settings);
}

}  // namespace leaktrip

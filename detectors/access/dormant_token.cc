// dormant-token: a token that slept for long is used, and not by the client or from the places it
// is known with.
//
// Tokens of holidays and of quarterly jobs sleep too; what speaks against them is that they wake up
// somewhere else. So a long sleep alone is quiet.
#include <cmath>

#include "detectors/access/detector_settings.h"
#include "detectors/access/knowledge.h"
#include "detectors/access/token_anomaly.h"
#include "detectors/access/words.h"

namespace leaktrip {
namespace {

constexpr std::string_view kId = "dormant-token";

struct Settings {
  CommonSettings common;
  Millis sleep = 0;
  uint64_t least_uses = 0;
};

class DormantToken : public Detector {
 public:
  explicit DormantToken(const Settings& settings) : settings_(settings) {}

  std::string_view id() const override { return kId; }

  void Observe(const AccessEvent& event, const Knowledge& knowledge,
               std::vector<Anomaly>* anomalies) override {
    if (!event.token || !event.Succeeded() || !event.client_ip) return;
    const TokenFacts* token = knowledge.TokenOf(event);
    if (token == nullptr || token->uses < settings_.least_uses) return;
    const Millis slept = event.ts - token->last_seen;
    if (slept < settings_.sleep || knowledge.Familiar(event)) return;
    const uint64_t agent = knowledge.AgentOf(event);
    if (agent == token->agent || agent == token->before) return;

    Anomaly anomaly = TokenAnomaly(kId, event, event.ts);
    anomaly.score = static_cast<double>(slept) / static_cast<double>(kDay);
    anomaly.threshold = static_cast<double>(settings_.sleep) / static_cast<double>(kDay);
    anomaly.severity = settings_.common.severity;
    anomaly.summary = "A token that slept for long is used in another place.";
    anomaly.reasons = {"not used for " + SpanWords(slept) + ", after " +
                           CountWords(token->uses, "use") + " since " +
                           FormatTime(token->first_seen),
                       "from " + SourceWords(*event.client_ip, knowledge.networks()) +
                           ", where its owner was never seen",
                       "with an agent it was never used with", RequestWords(event)};
    anomalies->push_back(std::move(anomaly));
  }

  // All it needs is in Knowledge: this use ends the sleep.
  void Save(const StateSink& /*sink*/) override {}
  bool Restore(std::string_view /*key*/, std::string_view /*value*/) override { return true; }
  size_t entries() const override { return 0; }
  uint64_t evictions() const override { return 0; }

 private:
  Settings settings_;
};

}  // namespace

std::unique_ptr<Detector> MakeDormantToken(YamlMap* map) {
  Settings settings;
  settings.common = CommonSettings::From(map, Severity::kMedium);
  settings.sleep = map->Int("sleep_days", 10, 1, 3650) * kDay;
  settings.least_uses = static_cast<uint64_t>(map->Int("least_uses", 3, 1, 1'000'000));
  return std::make_unique<DormantToken>(settings);
}

}  // namespace leaktrip

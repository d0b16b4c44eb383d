// credential-stuffing: many sources together guess at many accounts; the campaign is one alert and
// its members are not raised one by one. See campaign.h.
#include "detectors/access/detector_settings.h"
#include "detectors/access/guess_cases.h"
#include "detectors/access/words.h"

namespace leaktrip {
namespace {

constexpr std::string_view kId = "credential-stuffing";
constexpr std::string_view kKey = "raised";

struct Settings {
  CommonSettings common;
  double alarm = 0;
  size_t sources = 0;
};

class CredentialStuffing : public Detector {
 public:
  explicit CredentialStuffing(const Settings& settings) : settings_(settings) {}

  std::string_view id() const override { return kId; }

  void Observe(const AccessEvent& event, const Knowledge& knowledge,
               std::vector<Anomaly>* anomalies) override {
    if (event.Succeeded() || event.user.empty() || !MayBeGuess(event, knowledge)) return;
    const Campaign& campaign = knowledge.failures().accounts();
    if (!campaign.Over(settings_.alarm, settings_.sources, event.ts) ||
        campaign.started() == raised_)
      return;
    raised_ = campaign.started();
    dirty_ = true;
    anomalies->push_back(
        CampaignAnomaly(kId, event, campaign, settings_.alarm, settings_.common.severity, knowledge,
                        "Many sources together guess at many accounts.", "account"));
  }

  void Save(const StateSink& sink) override {
    if (!dirty_) return;
    StateWriter writer;
    writer.Int(raised_);
    sink(kKey, writer.bytes());
    dirty_ = false;
  }
  bool Restore(std::string_view key, std::string_view value) override {
    if (key != kKey) return false;
    StateReader reader(value);
    raised_ = reader.Int();
    return reader.AtEnd();
  }
  size_t entries() const override { return 1; }
  uint64_t evictions() const override { return 0; }

 private:
  Settings settings_;
  Millis raised_ = 0;  // start of the campaign that was raised last
  bool dirty_ = false;
};

}  // namespace

std::unique_ptr<Detector> MakeCredentialStuffing(YamlMap* map) {
  Settings settings;
  settings.common = CommonSettings::From(map, Severity::kHigh);
  settings.alarm = map->Double("alarm", kCampaignAlarm, 1, 39);
  settings.sources = static_cast<size_t>(map->Int("sources", kCampaignSources, 2, 64));
  return std::make_unique<CredentialStuffing>(settings);
}

}  // namespace leaktrip

// token-enumeration: somebody tries tokens that were never valid.
//
// One source: distinct tokens, none of which ever worked; a program with one wrong token shows one.
// Many sources: see campaign.h.
#include "detectors/access/detector_settings.h"
#include "detectors/access/guess_cases.h"
#include "detectors/access/words.h"

namespace leaktrip {
namespace {

constexpr std::string_view kId = "token-enumeration";
constexpr std::string_view kCampaignKey = "campaign";

struct Settings {
  CommonSettings common;
  size_t tokens = 0;
  double campaign_alarm = 0;
  size_t campaign_sources = 0;
  Millis quiet = 0;
};

class TokenEnumeration : public Detector {
 public:
  explicit TokenEnumeration(const Settings& settings)
      : settings_(settings), sources_("source/", KeyText::kHex, settings.common.max_entries) {}

  std::string_view id() const override { return kId; }

  void Observe(const AccessEvent& event, const Knowledge& knowledge,
               std::vector<Anomaly>* anomalies) override {
    if (!event.token || event.Succeeded() || !MayBeGuess(event, knowledge)) return;
    const Campaign& campaign = knowledge.failures().tokens();
    const bool in_campaign =
        campaign.Over(settings_.campaign_alarm, settings_.campaign_sources, event.ts);
    if (in_campaign && campaign.started() != campaign_raised_) {
      campaign_raised_ = campaign.started();
      campaign_dirty_ = true;
      anomalies->push_back(CampaignAnomaly(
          kId, event, campaign, settings_.campaign_alarm, settings_.common.severity, knowledge,
          "Many sources together try tokens that were never valid.", "token"));
    }
    const IpAddress source = event.client_ip->Source();
    TokenGuesses* guesses = sources_.Change(KeyOf(source));
    if (guesses->started == 0 || event.ts - guesses->last > settings_.quiet) {
      *guesses = {};
      guesses->started = event.ts;
    }
    guesses->last = std::max(guesses->last, event.ts);
    guesses->AddToken(HashBytes(KeyOf(*event.token)));
    if (guesses->raised || guesses->tokens.size() < settings_.tokens) return;
    guesses->raised = true;
    if (in_campaign) return;  // a member: the campaign is the alert
    anomalies->push_back(Judge(event, knowledge, *guesses));
  }

  void Save(const StateSink& sink) override {
    sources_.Save(sink);
    if (!campaign_dirty_) return;
    StateWriter writer;
    writer.Int(campaign_raised_);
    sink(kCampaignKey, writer.bytes());
    campaign_dirty_ = false;
  }
  bool Restore(std::string_view key, std::string_view value) override {
    if (key == kCampaignKey) {
      StateReader reader(value);
      campaign_raised_ = reader.Int();
      return reader.AtEnd();
    }
    bool good = false;
    return sources_.Restore(key, value, &good) && good;
  }
  size_t entries() const override { return sources_.size(); }
  uint64_t evictions() const override { return sources_.evictions(); }

 private:
  Anomaly Judge(const AccessEvent& event, const Knowledge& knowledge,
                const TokenGuesses& guesses) const {
    Anomaly anomaly = GuessAnomaly(kId, event, guesses.started, settings_.common.severity);
    anomaly.entity = SourceEntity(*event.client_ip);
    anomaly.entities = {anomaly.entity};
    anomaly.score = static_cast<double>(guesses.tokens.size());
    anomaly.threshold = static_cast<double>(settings_.tokens);
    anomaly.summary = "One source tries tokens that were never valid.";
    anomaly.reasons = {
        CountWords(guesses.tokens.size(), "distinct token") + " that never worked, all refused",
        "since " + FormatTime(guesses.started) + " from " +
            SourceWords(*event.client_ip, knowledge.networks()),
        RequestWords(event)};
    return anomaly;
  }

  Settings settings_;
  EntityTable<TokenGuesses> sources_;
  Millis campaign_raised_ = 0;  // start of the campaign that was raised last
  bool campaign_dirty_ = false;
};

}  // namespace

std::unique_ptr<Detector> MakeTokenEnumeration(YamlMap* map) {
  Settings settings;
  settings.common = CommonSettings::From(map, Severity::kHigh);
  settings.tokens = static_cast<size_t>(map->Int("tokens", 6, 2, 16));
  settings.campaign_alarm = map->Double("campaign_alarm", 16, 1, 39);
  settings.campaign_sources =
      static_cast<size_t>(map->Int("campaign_sources", kCampaignSources, 2, 64));
  settings.quiet = map->Int("quiet_hours", 48, 1, 720) * kHour;
  return std::make_unique<TokenEnumeration>(settings);
}

}  // namespace leaktrip

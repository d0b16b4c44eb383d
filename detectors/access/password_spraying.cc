// password-spraying: few guesses each at many accounts.
//
// One source: a sequential probability ratio test (threshold random walk: Jung, Paxson, Berger,
// Balakrishnan, 2004) that steps up for each unfamiliar account it fails to open and down for each
// success. The members of a campaign (credential-stuffing) are not raised one by one.
#include <cmath>

#include "detectors/access/detector_settings.h"
#include "detectors/access/guess_cases.h"
#include "detectors/access/words.h"

namespace leaktrip {
namespace {

constexpr std::string_view kId = "password-spraying";
constexpr size_t kMostAccounts = 30;

struct Walk {
  double log_ratio = 0;  // faded to `last`
  Millis started = 0;
  Millis last = 0;
  bool raised = false;
  std::vector<std::string> accounts;  // the last ones, for the words

  void Write(StateWriter* writer) const {
    writer->Real(log_ratio).Int(started).Int(last).Uint(raised).Uint(accounts.size());
    for (const auto& account : accounts) writer->Text(account);
  }
  bool Read(StateReader* reader) {
    log_ratio = reader->Real();
    started = reader->Int();
    last = reader->Int();
    raised = reader->Uint() != 0;
    accounts.resize(reader->Count(kMostAccounts));
    for (auto& account : accounts) account = reader->Text();
    return reader->ok();
  }
};

struct Settings {
  CommonSettings common;
  double up = 0;
  double down = 0;
  double alarm = 0;
  Millis half_life = 0;
  Millis quiet = 0;
};

class PasswordSpraying : public Detector {
 public:
  explicit PasswordSpraying(const Settings& settings)
      : settings_(settings), walks_("source/", KeyText::kHex, settings.common.max_entries) {}

  std::string_view id() const override { return kId; }

  void Observe(const AccessEvent& event, const Knowledge& knowledge,
               std::vector<Anomaly>* anomalies) override {
    if (!event.client_ip) return;
    if (event.Succeeded()) return StepDown(event);
    const uint64_t target = FailureMemory::TargetOf(event);
    if (event.token || !MayBeGuess(event, knowledge)) return;
    StepUp(event, knowledge, target, anomalies);
  }

  void Save(const StateSink& sink) override { walks_.Save(sink); }
  bool Restore(std::string_view key, std::string_view value) override {
    bool good = false;
    return walks_.Restore(key, value, &good) && good;
  }
  size_t entries() const override { return walks_.size(); }
  uint64_t evictions() const override { return walks_.evictions(); }

 private:
  void StepDown(const AccessEvent& event) {
    const IpAddress source = event.client_ip->Source();
    const Walk* known = walks_.Find(KeyOf(source));
    if (known == nullptr || known->log_ratio <= 0) return;
    Walk* walk = walks_.Change(KeyOf(source));
    walk->log_ratio = std::max(0.0, walk->log_ratio - settings_.down);
  }

  void StepUp(const AccessEvent& event, const Knowledge& knowledge, uint64_t target,
              std::vector<Anomaly>* anomalies) {
    const IpAddress source = event.client_ip->Source();
    const SourceFailures* failures = knowledge.failures().Source(source);
    const FailedTarget* tried = failures == nullptr ? nullptr : failures->Find(target);
    Walk* walk = walks_.Change(KeyOf(source));
    if (walk->started == 0 || event.ts - walk->last > settings_.quiet) {
      *walk = {};
      walk->started = event.ts;
    }
    walk->log_ratio *= Faded(event.ts - walk->last, settings_.half_life);
    walk->last = std::max(walk->last, event.ts);
    if (tried != nullptr && event.ts - tried->last < settings_.quiet) return;
    walk->log_ratio += settings_.up;
    if (walk->accounts.size() >= kMostAccounts) walk->accounts.erase(walk->accounts.begin());
    walk->accounts.push_back(Plain(event.user, 256));
    if (walk->raised || walk->log_ratio < settings_.alarm) return;
    walk->raised = true;
    // A member of a campaign: the campaign is the alert.
    if (knowledge.failures().accounts().Over(kCampaignAlarm, kCampaignSources, event.ts)) return;
    anomalies->push_back(JudgeSource(event, knowledge, *walk));
  }

  Anomaly Begin(const AccessEvent& event, Millis started) const {
    Anomaly anomaly;
    anomaly.detector = kId;
    anomaly.ts = event.ts;
    anomaly.started = started;
    anomaly.severity = settings_.common.severity;
    return anomaly;
  }

  Anomaly JudgeSource(const AccessEvent& event, const Knowledge& knowledge,
                      const Walk& walk) const {
    Anomaly anomaly = Begin(event, walk.started);
    anomaly.entity = SourceEntity(*event.client_ip);
    anomaly.entities = {anomaly.entity};
    for (const auto& account : walk.accounts) anomaly.entities.push_back("user:" + account);
    anomaly.score = walk.log_ratio;
    anomaly.threshold = settings_.alarm;
    anomaly.summary = "One source tries the accounts of many people.";
    anomaly.reasons = {
        CountWords(walk.accounts.size(), "account") + " refused since " + FormatTime(walk.started) +
            ", none of them known from there",
        "it is e^" + OneDecimal(walk.log_ratio) + " times likelier for an attacker than for people",
        "from " + SourceWords(*event.client_ip, knowledge.networks()), RequestWords(event)};
    return anomaly;
  }

  Settings settings_;
  EntityTable<Walk> walks_;
};

}  // namespace

std::unique_ptr<Detector> MakePasswordSpraying(YamlMap* map) {
  Settings settings;
  settings.common = CommonSettings::From(map, Severity::kHigh);
  const double benign = map->Double("failure_if_people", 0.05, 0.001, 0.5);
  const double attack = map->Double("failure_if_attack", 0.8, 0.51, 0.999);
  const double false_alarm = map->Double("false_alarm", 1e-6, 1e-12, 0.1);
  settings.up = std::log(attack / benign);
  settings.down = std::log((1 - benign) / (1 - attack));
  settings.alarm = std::log(0.99 / false_alarm);
  settings.half_life = map->Int("half_life_hours", 24, 1, 720) * kHour;
  settings.quiet = map->Int("quiet_hours", 48, 1, 720) * kHour;
  return std::make_unique<PasswordSpraying>(settings);
}

}  // namespace leaktrip

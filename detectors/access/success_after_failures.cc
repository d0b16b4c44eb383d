// success-after-failures: somebody guessed right.
//
// A success for an account from a source that it is not known from, after enough refused attempts
// there: many on this account, or some on several others. With an agent that the account had before
// it takes more, and from a known source only a long run of refusals counts: people mistype, also
// on journeys. One anomaly per account, source and day.
#include "detectors/access/detector_settings.h"
#include "detectors/access/knowledge.h"
#include "detectors/access/words.h"

namespace leaktrip {
namespace {

constexpr std::string_view kId = "success-after-failures";

struct Raised {
  Millis at = 0;

  void Write(StateWriter* writer) const { writer->Int(at); }
  bool Read(StateReader* reader) {
    at = reader->Int();
    return reader->ok();
  }
};

struct Settings {
  CommonSettings common;
  uint32_t own = 0;
  uint32_t own_familiar = 0;
  int others = 0;
  uint32_t own_agent = 0;  // the same for an agent that the account had before
  int others_agent = 0;
  Millis window = 0;
};

// Refused attempts on the account, or other accounts refused, that are enough; 0 others: never.
struct Needed {
  uint32_t own = 0;
  int others = 0;
};

class SuccessAfterFailures : public Detector {
 public:
  explicit SuccessAfterFailures(const Settings& settings)
      : settings_(settings), raised_("raised/", KeyText::kName, settings.common.max_entries) {}

  std::string_view id() const override { return kId; }

  void Observe(const AccessEvent& event, const Knowledge& knowledge,
               std::vector<Anomaly>* anomalies) override {
    if (!event.Succeeded() || !event.client_ip || event.user.empty()) return;
    const SourceFailures* failures = knowledge.failures().Source(*event.client_ip);
    if (failures == nullptr || event.ts - failures->last > settings_.window) return;
    const uint64_t target = FailureMemory::TargetOf(event);
    const FailedTarget* own = failures->Find(target);
    const Millis since = event.ts - settings_.window;
    const uint32_t own_count = own != nullptr && own->last >= since ? own->count : 0;
    const int others = failures->DistinctSince(since, target);
    const bool familiar = Familiar(event, knowledge, since);
    if (own_count == 0 && others == 0) return;
    const bool agent = knowledge.KnownAgent(event);
    const Needed needed = familiar ? Needed{settings_.own_familiar, 0}
                          : agent  ? Needed{settings_.own_agent, settings_.others_agent}
                                   : Needed{settings_.own, settings_.others};
    if (own_count < needed.own && (needed.others == 0 || others < needed.others)) return;

    const std::string key = std::string(event.user) + ' ' + event.client_ip->Source().ToString();
    const Raised* before = raised_.Find(key);
    if (before != nullptr && event.ts - before->at < settings_.window) return;
    raised_.Change(key)->at = event.ts;
    anomalies->push_back(Judge(event, knowledge, own_count, others, needed, familiar, agent));
  }

  void Save(const StateSink& sink) override { raised_.Save(sink); }
  bool Restore(std::string_view key, std::string_view value) override {
    bool good = false;
    return raised_.Restore(key, value, &good) && good;
  }
  size_t entries() const override { return raised_.size(); }
  uint64_t evictions() const override { return raised_.evictions(); }

 private:
  // Known from this network since before the failures that are looked at.
  static bool Familiar(const AccessEvent& event, const Knowledge& knowledge, Millis since) {
    const Profile* profile = knowledge.ProfileOf(event);
    if (profile == nullptr) return false;
    const SeenPlace* network = profile->networks.Find(NetworkNumber(*event.client_ip));
    if (network != nullptr && network->first < since) return true;
    if (knowledge.Hosting(*event.client_ip)) return false;
    const auto info = knowledge.networks().Find(*event.client_ip);
    const SeenPlace* system = info ? profile->systems.Find(info->asn) : nullptr;
    return system != nullptr && system->first < since;
  }

  Anomaly Judge(const AccessEvent& event, const Knowledge& knowledge, uint32_t own, int others,
                const Needed& needed, bool familiar, bool agent) const {
    Anomaly anomaly;
    anomaly.detector = kId;
    anomaly.ts = anomaly.started = event.ts;
    anomaly.entity = UserEntity(event.user);
    anomaly.entities = {anomaly.entity, SourceEntity(*event.client_ip)};
    if (event.token) anomaly.entities.push_back(TokenEntity(*event.token));
    anomaly.score = own + 2.0 * others;
    anomaly.threshold =
        needed.others == 0 ? needed.own : std::min<double>(needed.own, 2.0 * needed.others);
    anomaly.severity = settings_.common.severity;
    anomaly.summary = "An account was opened after refused attempts from the same source.";
    const std::string source = SourceWords(*event.client_ip, knowledge.networks());
    if (own > 0)
      anomaly.reasons.push_back(CountWords(own, "refused attempt") + " on this account from " +
                                source + ", then success at " + FormatTime(event.ts));
    if (others > 0)
      anomaly.reasons.push_back(CountWords(static_cast<uint64_t>(others), "other account") +
                                " refused from " + source + " within " +
                                SpanWords(settings_.window));
    anomaly.reasons.push_back(familiar ? "the account is known from this network"
                                       : "the account was never seen from this network before");
    if (!agent) anomaly.reasons.push_back("the account never had this agent");
    anomaly.reasons.push_back(RequestWords(event));
    return anomaly;
  }

  Settings settings_;
  EntityTable<Raised> raised_;
};

}  // namespace

std::unique_ptr<Detector> MakeSuccessAfterFailures(YamlMap* map) {
  Settings settings;
  settings.common = CommonSettings::From(map, Severity::kCritical);
  settings.own = static_cast<uint32_t>(map->Int("own_failures", 4, 1, 1000));
  settings.own_familiar = static_cast<uint32_t>(map->Int("own_failures_familiar", 25, 1, 10'000));
  settings.others = static_cast<int>(map->Int("other_accounts", 2, 1, 32));
  settings.own_agent = static_cast<uint32_t>(map->Int("own_failures_known_agent", 10, 1, 10'000));
  settings.others_agent = static_cast<int>(map->Int("other_accounts_known_agent", 4, 1, 32));
  settings.window = map->Int("window_hours", 24, 1, 168) * kHour;
  return std::make_unique<SuccessAfterFailures>(settings);
}

}  // namespace leaktrip

// revoked-token-used: a token that is no longer valid is used.
//
// Success after the revocation means that it did not take hold: raised at once. Refused uses of a
// token that was revoked, or that used to work, are somebody else's attempts when they come from
// where its owner is not known; from the owner's own places they are a forgotten job, and quiet.
#include "detectors/access/detector_settings.h"
#include "detectors/access/knowledge.h"
#include "detectors/access/token_anomaly.h"
#include "detectors/access/words.h"

namespace leaktrip {
namespace {

constexpr std::string_view kId = "revoked-token-used";
// How bad: the owner goes on using it, strangers are refused, strangers use it.
constexpr double kOwnerUses = 2;
constexpr double kStrangersTry = 3;
constexpr double kStrangersUse = 20;  // worse than the use of a leaked token

struct Case {
  Millis started = 0;  // of the first use that counts
  Millis last = 0;
  uint64_t refused = 0;
  double raised = 0;   // score of the last anomaly
  bool works = false;  // it was used with success

  void Write(StateWriter* writer) const {
    writer->Int(started).Int(last).Uint(refused).Real(raised).Uint(works);
  }
  bool Read(StateReader* reader) {
    started = reader->Int();
    last = reader->Int();
    refused = reader->Uint();
    raised = reader->Real();
    works = reader->Uint() != 0;
    return reader->ok();
  }
};

struct Settings {
  CommonSettings common;
  Millis grace = 0;
  Millis owner_grace = 0;
  uint64_t refused_uses = 0;
  Millis quiet = 0;
};

class RevokedTokenUsed : public Detector {
 public:
  explicit RevokedTokenUsed(const Settings& settings)
      : settings_(settings), cases_("token/", KeyText::kHex, settings.common.max_entries) {}

  std::string_view id() const override { return kId; }

  void Observe(const AccessEvent& event, const Knowledge& knowledge,
               std::vector<Anomaly>* anomalies) override {
    if (!event.token) return;
    const RevocationFact* revocation = knowledge.Revocation(*event.token);
    const bool revoked = revocation != nullptr && event.ts > revocation->ts + settings_.grace;
    if (event.Succeeded() && revoked) {
      const bool owner = knowledge.Familiar(event);
      if (owner && event.ts <= revocation->ts + settings_.owner_grace) return;
      return Raise(event, knowledge, revocation, owner ? kOwnerUses : kStrangersUse, anomalies);
    }
    if (event.status != 401 || !(revoked || (knowledge.TokenOf(event) != nullptr)) ||
        knowledge.Familiar(event))
      return;
    Case* open = Open(event);
    if (++open->refused >= settings_.refused_uses)
      Raise(event, knowledge, revocation, kStrangersTry, anomalies);
  }

  void Save(const StateSink& sink) override { cases_.Save(sink); }
  bool Restore(std::string_view key, std::string_view value) override {
    bool good = false;
    return cases_.Restore(key, value, &good) && good;
  }
  size_t entries() const override { return cases_.size(); }
  uint64_t evictions() const override { return cases_.evictions(); }

 private:
  void Raise(const AccessEvent& event, const Knowledge& knowledge, const RevocationFact* revocation,
             double score, std::vector<Anomaly>* anomalies) {
    Case* open = Open(event);
    if (open->raised >= score) return;
    open->works = open->works || score != kStrangersTry;
    open->raised = score;
    anomalies->push_back(Judge(event, knowledge, revocation, *open));
  }

  Case* Open(const AccessEvent& event) {
    Case* open = cases_.Change(KeyOf(*event.token));
    if (open->started == 0 || event.ts - open->last > settings_.quiet)
      *open = {event.ts, 0, 0, 0, false};
    open->last = std::max(open->last, event.ts);
    return open;
  }

  Anomaly Judge(const AccessEvent& event, const Knowledge& knowledge,
                const RevocationFact* revocation, const Case& open) const {
    const bool works = open.raised != kStrangersTry;
    Anomaly anomaly = TokenAnomaly(kId, event, open.started);
    anomaly.score = open.raised;
    anomaly.threshold = 1;
    anomaly.severity = open.works ? Severity::kCritical : settings_.common.severity;
    anomaly.summary = works ? "A revoked token still works."
                      : revocation
                          ? "A revoked token is being tried from a foreign place."
                          : "A token that no longer works is being tried from a foreign place.";
    if (event.client_ip)
      anomaly.reasons.push_back((works ? "used with success from " : "refused from ") +
                                SourceWords(*event.client_ip, knowledge.networks()) + " at " +
                                FormatTime(event.ts));
    if (revocation != nullptr)
      anomaly.reasons.push_back(
          "revoked at " + FormatTime(revocation->ts) +
          (revocation->reason.empty() ? "" : ", reason: " + Plain(revocation->reason, 60)));
    if (!works)
      anomaly.reasons.push_back(CountWords(open.refused, "refused use") +
                                " from where its owner was never seen");
    anomaly.reasons.push_back(RequestWords(event));
    return anomaly;
  }

  Settings settings_;
  EntityTable<Case> cases_;
};

}  // namespace

std::unique_ptr<Detector> MakeRevokedTokenUsed(YamlMap* map) {
  Settings settings;
  settings.common = CommonSettings::From(map, Severity::kHigh);
  settings.grace = map->Int("grace_secs", 60, 0, 86'400) * 1000;
  settings.owner_grace = map->Int("owner_grace_minutes", 60, 0, 1440) * kMinute;
  settings.refused_uses = static_cast<uint64_t>(map->Int("refused_uses", 3, 1, 1000));
  settings.quiet = map->Int("quiet_hours", 24, 1, 720) * kHour;
  return std::make_unique<RevokedTokenUsed>(settings);
}

}  // namespace leaktrip

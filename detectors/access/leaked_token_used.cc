// leaked-token-used: a token that is known as leaked is used, or tried.
//
// One case per token. It is raised again only when the facts get worse: first tried and refused,
// then used from where it was always used, then used from a place its owner is not known from.
#include "detectors/access/detector_settings.h"
#include "detectors/access/knowledge.h"
#include "detectors/access/token_anomaly.h"
#include "detectors/access/words.h"

namespace leaktrip {
namespace {

constexpr std::string_view kId = "leaked-token-used";
constexpr double kTried = 2;
constexpr double kUsed = 5;
constexpr double kUsedElsewhere = 10;

struct Case {
  Millis started = 0;
  double worst = 0;

  void Write(StateWriter* writer) const { writer->Int(started).Real(worst); }
  bool Read(StateReader* reader) {
    started = reader->Int();
    worst = reader->Real();
    return reader->ok();
  }
};

class LeakedTokenUsed : public Detector {
 public:
  explicit LeakedTokenUsed(const CommonSettings& settings)
      : severity_(settings.severity), cases_("token/", KeyText::kHex, settings.max_entries) {}

  std::string_view id() const override { return kId; }

  void Observe(const AccessEvent& event, const Knowledge& knowledge,
               std::vector<Anomaly>* anomalies) override {
    if (!event.token) return;
    const LeakFact* leak = knowledge.Leak(*event.token);
    if (leak == nullptr || event.ts <= leak->ts) return;
    const double score = !event.Succeeded()          ? kTried
                         : knowledge.Familiar(event) ? kUsed
                                                     : kUsedElsewhere;
    const Case* known = cases_.Find(KeyOf(*event.token));
    if (known != nullptr && known->worst >= score) return;
    Case* open = cases_.Change(KeyOf(*event.token));
    if (open->started == 0) open->started = event.ts;
    open->worst = score;
    anomalies->push_back(Judge(event, knowledge, *leak, *open));
  }

  void Save(const StateSink& sink) override { cases_.Save(sink); }
  bool Restore(std::string_view key, std::string_view value) override {
    bool good = false;
    return cases_.Restore(key, value, &good) && good;
  }
  size_t entries() const override { return cases_.size(); }
  uint64_t evictions() const override { return cases_.evictions(); }

 private:
  Anomaly Judge(const AccessEvent& event, const Knowledge& knowledge, const LeakFact& leak,
                const Case& open) const {
    Anomaly anomaly = TokenAnomaly(kId, event, open.started);
    anomaly.score = open.worst;
    anomaly.threshold = 1;
    anomaly.severity = open.worst <= kTried ? std::min(severity_, Severity::kHigh) : severity_;
    const std::string source = event.client_ip ? SourceWords(*event.client_ip, knowledge.networks())
                                               : "an unknown address";
    anomaly.summary = open.worst <= kTried ? "A leaked token was tried and refused."
                                           : "A leaked token is in use.";
    anomaly.reasons.push_back(std::string(open.worst <= kTried ? "tried" : "used") + " from " +
                              source + " at " + FormatTime(event.ts));
    if (open.worst != kTried)
      anomaly.reasons.push_back(open.worst == kUsed ? "its owner is known from this network"
                                                    : "its owner was never seen from this network");
    anomaly.reasons.push_back("known as leaked since " + FormatTime(leak.ts) + ", reported by " +
                              Plain(leak.source, 60));
    if (const LeakUse* use = knowledge.UseOfLeak(*event.token))
      for (auto& words : LeakUseWords(*use, knowledge.networks()))
        anomaly.reasons.push_back(std::move(words));
    anomaly.reasons.push_back(RequestWords(event));
    return anomaly;
  }

  Severity severity_;
  EntityTable<Case> cases_;
};

}  // namespace

std::unique_ptr<Detector> MakeLeakedTokenUsed(YamlMap* settings) {
  return std::make_unique<LeakedTokenUsed>(CommonSettings::From(settings, Severity::kCritical));
}

}  // namespace leaktrip

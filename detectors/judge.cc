#include "detectors/judge.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "detectors/judge_state.h"
#include "detectors/judge_words.h"

namespace leaktrip {
namespace {

constexpr std::string_view kLeakDetector = "leak";
constexpr std::string_view kPrefix = "judge/";
constexpr size_t kMostEntities = 32;
constexpr size_t kMostReasons = 16;
constexpr size_t kMostPlaces = 16;
constexpr Millis kQuiet = kDay;

double Rounded(double score) { return std::round(score * 1000) / 1000; }

// The token of an entity "token:<sha256>".
std::optional<Fingerprint> TokenOf(std::string_view entity) {
  constexpr std::string_view kToken = "token:";
  if (!entity.starts_with(kToken)) return std::nullopt;
  return Fingerprint::FromHex(entity.substr(kToken.size()));
}

// Uses of a leaked or revoked token are raised again as they get worse; their scores say how bad.
double Gravity(const Anomaly& anomaly) {
  const bool ranked =
      anomaly.detector == "leaked-token-used" || anomaly.detector == "revoked-token-used";
  return ranked ? anomaly.score : 1;
}

void AddEntities(const std::vector<std::string>& entities, Alert* alert) {
  for (const auto& entity : entities)
    if (alert->entities.size() < kMostEntities &&
        std::find(alert->entities.begin(), alert->entities.end(), entity) == alert->entities.end())
      alert->entities.push_back(entity);
}

void AddPlace(std::string_view place, std::vector<std::string>* places) {
  if (!place.empty() && places->size() < kMostPlaces &&
      std::find(places->begin(), places->end(), place) == places->end())
    places->emplace_back(place);
}

// New reasons first; what was known before stays as far as there is room.
void AddReasons(std::vector<std::string> reasons, Alert* alert) {
  for (auto& old : alert->reasons)
    if (std::find(reasons.begin(), reasons.end(), old) == reasons.end())
      reasons.push_back(std::move(old));
  if (reasons.size() > kMostReasons) reasons.resize(kMostReasons);
  alert->reasons = std::move(reasons);
}

}  // namespace

struct Judge::Impl {
  Impl(std::unique_ptr<DetectorSet> d, Options o)
      : detectors(std::move(d)),
        options(o),
        alerts("alert/", KeyText::kName, options.max_open_alerts) {}

  Knowledge& knowledge() { return detectors->knowledge(); }

  void Emit(const Alert& alert) { pending.push_back(alert); }

  // The id under which an anomaly is known, and the leaked token it is about, if there is one.
  std::string IdOf(const Anomaly& anomaly, std::optional<Fingerprint>* leaked) {
    for (const auto& entity : anomaly.entities) {
      const auto token = TokenOf(entity);
      if (token && knowledge().Leak(*token) != nullptr) *leaked = token;
    }
    if (*leaked) return AlertId({"token", (*leaked)->Hex()});
    if (const auto token = TokenOf(anomaly.entity)) return AlertId({"token", token->Hex()});
    return AlertId({anomaly.detector, anomaly.entity, FormatTime(anomaly.started)});
  }

  void OnAnomaly(const Anomaly& anomaly) {
    std::optional<Fingerprint> leaked;
    const std::string id = IdOf(anomaly, &leaked);
    const bool known = alerts.Find(id) != nullptr;
    OpenAlert* open = alerts.Change(id);
    Alert& alert = open->alert;
    if (!known) {
      alert.id = id;
      alert.revision = 0;
      alert.entity = leaked ? "token:" + leaked->Hex() : anomaly.entity;
      alert.entities = {alert.entity};
      alert.severity = anomaly.severity;
    }
    AddEntities(anomaly.entities, &alert);
    const bool same_or_worse = anomaly.severity >= alert.severity;
    const bool worse =
        same_or_worse && (anomaly.severity > alert.severity || Gravity(anomaly) > open->gravity);
    const bool new_case = open->last_case != anomaly.started && anomaly.ts - alert.ts > kQuiet;
    open->last_case = anomaly.started;
    if (known && !worse && !new_case) {
      const std::string also = "also: " + anomaly.summary;
      if (alert.reasons.size() < kMostReasons &&
          std::find(alert.reasons.begin(), alert.reasons.end(), also) == alert.reasons.end())
        alert.reasons.push_back(also);
      return;
    }
    open->gravity = std::max(open->gravity, Gravity(anomaly));
    ++alert.revision;
    alert.ts = anomaly.ts;
    alert.detector = anomaly.detector;
    alert.score = Rounded(anomaly.score);
    alert.threshold = Rounded(anomaly.threshold);
    alert.severity = std::max(alert.severity, anomaly.severity);
    alert.summary = anomaly.summary;
    alert.type = !leaked                                    ? "access.anomaly"
                 : anomaly.detector == "revoked-token-used" ? "leak.revoked"
                 : alert.type.starts_with("leak")           ? "leak.updated"
                                                            : "leak.detected";
    AddReasons(anomaly.reasons, &alert);
    Emit(alert);
  }

  // Another finding of a leak that is known: counted; raised again when it is worse than thought.
  void Recount(const Finding& finding, const RecordOrigin& origin, OpenAlert* open) {
    LeakDetails& leak = *open->alert.leak;
    ++leak.count;
    leak.first_seen = std::min(leak.first_seen, origin.ts);
    leak.last_seen = std::max(leak.last_seen, origin.ts);
    leak.confidence = std::max(leak.confidence, finding.confidence);
    AddPlace(origin.topic, &leak.topics);
    AddPlace(origin.host, &leak.hosts);
    AddPlace(origin.path, &leak.paths);
    if (finding.severity <= open->alert.severity) return;
    open->alert.severity = finding.severity;
    open->alert.ts = origin.ts;
    open->alert.type = "leak.updated";
    ++open->alert.revision;
    AddReasons({FoundWords(finding, origin)}, &open->alert);
    Emit(open->alert);
  }

  void OnFinding(const Finding& finding, const RecordOrigin& origin) {
    if (finding.confidence < options.least_confidence) {
      ++ignored_findings;
      return;
    }
    const std::string hex = finding.fingerprint.Hex();
    const std::string id = AlertId({"token", hex});
    knowledge().AddLeak(finding.fingerprint, {origin.ts, "leaktrip"});
    const bool known = alerts.Find(id) != nullptr;
    OpenAlert* open = alerts.Change(id);
    if (known && open->alert.leak) return Recount(finding, origin, open);

    Alert& alert = open->alert;
    alert.id = id;
    alert.revision = known ? alert.revision + 1 : 1;
    alert.type = alert.type.starts_with("leak") ? "leak.updated" : "leak.detected";
    alert.ts = origin.ts;
    alert.leak = DetailsOf(finding, origin);
    auto reasons = LeakReasons(finding, origin, knowledge().Token(finding.fingerprint));
    if (known) {
      // It was used in an odd way before anybody saw the leak: now it is clear why.
      alert.severity = Severity::kCritical;
      alert.summary = "A token whose use was unusual has leaked.";
      reasons.insert(reasons.begin(), "unusual use came first");
    } else {
      alert.severity = finding.severity;
      alert.summary = LeakSummary(finding);
      alert.entity = "token:" + hex;
    }
    alert.detector = kLeakDetector;
    alert.score = ScoreOf(alert.leak->confidence);
    alert.threshold = ScoreOf(options.least_confidence);
    AddEntities({"token:" + hex}, &alert);
    if (const auto owner = knowledge().Token(finding.fingerprint);
        owner != nullptr && !owner->user.empty())
      AddEntities({"user:" + owner->user}, &alert);
    AddReasons(std::move(reasons), &alert);
    Emit(alert);
  }

  void OnLeakReport(const Fingerprint& token, LeakFact fact) {
    const std::string id = AlertId({"token", token.Hex()});
    const std::string reported =
        "reported as leaked by " + fact.source + " at " + FormatTime(fact.ts);
    const Millis ts = fact.ts;
    knowledge().AddLeak(token, std::move(fact));
    const OpenAlert* known = alerts.Find(id);
    if (known == nullptr || known->alert.type.starts_with("leak")) return;
    Alert& alert = alerts.Change(id)->alert;
    ++alert.revision;
    alert.type = "leak.detected";
    alert.ts = std::max(alert.ts, ts);
    alert.detector = kLeakDetector;
    alert.severity = Severity::kCritical;
    alert.summary = "A token whose use was unusual has leaked.";
    AddReasons({reported}, &alert);
    Emit(alert);
  }

  static double ScoreOf(Confidence confidence) { return 1 + static_cast<double>(confidence); }

  std::unique_ptr<DetectorSet> detectors;
  Options options;
  EntityTable<OpenAlert> alerts;
  std::vector<Alert> pending;
  std::vector<Anomaly> anomalies;
  uint64_t ignored_findings = 0;
};

Judge::Judge(std::unique_ptr<DetectorSet> detectors, Options options)
    : impl_(std::make_unique<Impl>(std::move(detectors), options)) {}
Judge::~Judge() = default;

void Judge::OnFinding(const Finding& finding, const RecordOrigin& origin) {
  impl_->OnFinding(finding, origin);
}

void Judge::OnAccess(const AccessEvent& event) {
  impl_->anomalies.clear();
  impl_->detectors->Observe(event, &impl_->anomalies);
  for (const auto& anomaly : impl_->anomalies) impl_->OnAnomaly(anomaly);
}

void Judge::OnLeakReport(const Fingerprint& token, LeakFact fact) {
  impl_->OnLeakReport(token, std::move(fact));
}

void Judge::OnRevocation(const Fingerprint& token, RevocationFact fact) {
  impl_->knowledge().AddRevocation(token, std::move(fact));
}

std::vector<Alert> Judge::TakeAlerts() { return std::exchange(impl_->pending, {}); }
DetectorSet& Judge::detectors() { return *impl_->detectors; }

void Judge::Save(const StateSink& sink) {
  impl_->detectors->Save(sink);
  impl_->alerts.Save([&sink](std::string_view key, std::optional<std::string_view> value) {
    sink(std::string(kPrefix) + std::string(key), value);
  });
}

bool Judge::Restore(std::string_view key, std::string_view value) {
  if (!key.starts_with(kPrefix)) return impl_->detectors->Restore(key, value);
  bool good = false;
  return impl_->alerts.Restore(key.substr(kPrefix.size()), value, &good) && good;
}

size_t Judge::open_alerts() const { return impl_->alerts.size(); }
uint64_t Judge::evictions() const { return impl_->alerts.evictions(); }
uint64_t Judge::ignored_findings() const { return impl_->ignored_findings; }

}  // namespace leaktrip

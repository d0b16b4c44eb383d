// token-fan-out: one token is used from many networks at once, as when it was posted somewhere.
//
// Distinct AS per token and hour, refused uses too; more than its own decayed maximum explains. A
// cluster that scales out stays in its AS, and a publishable key has its own high normal. Where no
// AS is known the /16 (or /32) stands in for it, and it takes twice as many.
#include <array>

#include "detectors/access/detector_settings.h"
#include "detectors/access/knowledge.h"
#include "detectors/access/token_anomaly.h"
#include "detectors/access/words.h"

namespace leaktrip {
namespace {

constexpr std::string_view kId = "token-fan-out";
constexpr size_t kMostSystems = 24;

struct Spread {
  Millis hour = 0;  // start of the open one
  std::vector<uint64_t> systems;
  std::vector<uint64_t> sources;  // the last ones
  float highest = 0;              // distinct systems in earlier hours, faded
  bool unknown = false;           // one of them is a network, not an AS
  bool raised = false;

  void Write(StateWriter* writer) const {
    writer->Int(hour).Uint(systems.size());
    for (const uint64_t system : systems) writer->Uint(system);
    writer->Uint(sources.size());
    for (const uint64_t source : sources) writer->Uint(source);
    writer->Real(highest).Uint(unknown).Uint(raised);
  }
  bool Read(StateReader* reader) {
    hour = reader->Int();
    systems.resize(reader->Count(kMostSystems));
    for (auto& system : systems) system = reader->Uint();
    sources.resize(reader->Count(kMostSystems));
    for (auto& source : sources) source = reader->Uint();
    highest = static_cast<float>(reader->Real());
    unknown = reader->Uint() != 0;
    raised = reader->Uint() != 0;
    return reader->ok();
  }

  // Closes the open hour.
  void Turn(Millis now) {
    if (now <= hour) return;
    const double old = highest * Faded(now - hour, 30 * kDay);
    highest = std::max(static_cast<float>(old), static_cast<float>(systems.size()));
    hour = now;
    systems.clear();
    sources.clear();
    unknown = raised = false;
  }
};

struct Settings {
  CommonSettings common;
  double systems = 0;
};

class TokenFanOut : public Detector {
 public:
  explicit TokenFanOut(const Settings& settings)
      : settings_(settings), tokens_("token/", KeyText::kHex, settings.common.max_entries) {}

  std::string_view id() const override { return kId; }

  void Observe(const AccessEvent& event, const Knowledge& knowledge,
               std::vector<Anomaly>* anomalies) override {
    if (!event.token || !event.client_ip || knowledge.TokenOf(event) == nullptr) return;
    const Millis hour = event.ts / kHour * kHour;
    const uint64_t source = SourceNumber(*event.client_ip);
    const Spread* known = tokens_.Find(KeyOf(*event.token));
    if (known != nullptr && hour <= known->hour && Has(known->sources, source)) return;
    const auto info = knowledge.NetworkOf(event);
    const bool unknown = !info || info->asn == 0;
    const uint64_t system =
        unknown ? (NetworkNumber(*event.client_ip) >> (event.client_ip->IsV4() ? 8 : 32)) | kUnknown
                : info->asn;
    Spread* spread = tokens_.Change(KeyOf(*event.token));
    spread->Turn(hour);
    if (spread->sources.size() >= kMostSystems) spread->sources.erase(spread->sources.begin());
    spread->sources.push_back(source);
    if (Has(spread->systems, system) || spread->systems.size() >= kMostSystems) return;
    spread->systems.push_back(system);
    spread->unknown = spread->unknown || unknown;
    const double limit =
        std::max(settings_.systems * (spread->unknown ? 2 : 1), 2.0 * spread->highest + 2);
    if (spread->raised || static_cast<double>(spread->systems.size()) < limit) return;
    spread->raised = true;
    anomalies->push_back(Judge(event, knowledge, *spread, limit));
  }

  void Save(const StateSink& sink) override { tokens_.Save(sink); }
  bool Restore(std::string_view key, std::string_view value) override {
    bool good = false;
    return tokens_.Restore(key, value, &good) && good;
  }
  size_t entries() const override { return tokens_.size(); }
  uint64_t evictions() const override { return tokens_.evictions(); }

 private:
  static constexpr uint64_t kUnknown = uint64_t{1} << 63;

  static bool Has(const std::vector<uint64_t>& list, uint64_t value) {
    return std::find(list.begin(), list.end(), value) != list.end();
  }

  Anomaly Judge(const AccessEvent& event, const Knowledge& knowledge, const Spread& spread,
                double limit) const {
    Anomaly anomaly = TokenAnomaly(kId, event, spread.hour);
    anomaly.entities.resize(event.user.empty() ? 1 : 2);
    for (const uint64_t source : spread.sources)
      anomaly.entities.push_back(SourceEntity(AddressOf(source)));
    anomaly.score = static_cast<double>(spread.systems.size());
    anomaly.threshold = limit;
    anomaly.severity = settings_.common.severity;
    anomaly.summary = "One token is used from many networks at once.";
    anomaly.reasons = {CountWords(spread.systems.size(), spread.unknown ? "network" : "provider") +
                           " within an hour",
                       "at most " + OneDecimal(spread.highest) + " in any hour before",
                       "the last one is " + SourceWords(*event.client_ip, knowledge.networks()),
                       RequestWords(event)};
    return anomaly;
  }

  Settings settings_;
  EntityTable<Spread> tokens_;
};

}  // namespace

std::unique_ptr<Detector> MakeTokenFanOut(YamlMap* map) {
  Settings settings;
  settings.common = CommonSettings::From(map, Severity::kHigh);
  settings.systems = map->Double("providers", 5, 2, 24);
  return std::make_unique<TokenFanOut>(settings);
}

}  // namespace leaktrip

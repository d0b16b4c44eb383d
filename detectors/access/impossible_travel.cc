// impossible-travel: one token is used from a country its owner was never seen in and from where he
// is known, back and forth sooner than anybody could travel.
//
// Between places that serve people only: exits of VPNs and proxies, and rented machines, are a
// day's work for some. A user may be at two places by a phone that roams through its home network
// and a laptop; one token cannot, so it is followed by token. One way is not enough: clocks of
// batches and roaming make travellers arrive before they left. Who then goes on at home did not
// travel. The one way counts as evidence in unusual-address.
#include <cmath>

#include "detectors/access/detector_settings.h"
#include "detectors/access/geo.h"
#include "detectors/access/knowledge.h"
#include "detectors/access/token_anomaly.h"
#include "detectors/access/words.h"

namespace leaktrip {
namespace {

constexpr std::string_view kId = "impossible-travel";

struct LastPlace {
  uint64_t source = 0;
  Millis at = 0;
  uint64_t foreign = 0;   // source in a new country that was reached too fast; 0: none
  Millis foreign_at = 0;  // last use there
  Millis started = 0;     // first use there
  Millis raised = 0;

  void Write(StateWriter* writer) const {
    writer->Uint(source).Int(at).Uint(foreign).Int(foreign_at).Int(started).Int(raised);
  }
  bool Read(StateReader* reader) {
    source = reader->Uint();
    at = reader->Int();
    foreign = reader->Uint();
    foreign_at = reader->Int();
    started = reader->Int();
    raised = reader->Int();
    return reader->ok();
  }
};

struct Settings {
  CommonSettings common;
  double kilometres = 0;
  double speed = 0;
  Millis overlap = 0;
  double least_visits = 0;
};

class ImpossibleTravel : public Detector {
 public:
  explicit ImpossibleTravel(const Settings& settings)
      : settings_(settings), tokens_("token/", KeyText::kHex, settings.common.max_entries) {}

  std::string_view id() const override { return kId; }

  void Observe(const AccessEvent& event, const Knowledge& knowledge,
               std::vector<Anomaly>* anomalies) override {
    if (!event.token || !event.client_ip || !event.Succeeded()) return;
    const uint64_t source = SourceNumber(*event.client_ip);
    const LastPlace* known = tokens_.Find(KeyOf(*event.token));
    if (known != nullptr && known->source == source && event.ts - known->at < kMinute) return;
    const auto here = knowledge.NetworkOf(event);
    if (!here || here->country.empty() || knowledge.Hosting(*event.client_ip)) return;
    LastPlace* place = tokens_.Change(KeyOf(*event.token));
    const LastPlace before = *place;
    if (event.ts >= place->at) {
      place->source = source;
      place->at = event.ts;
    }
    if (place->foreign == source) place->foreign_at = std::max(place->foreign_at, event.ts);
    if (before.at == 0 || before.source == source) return;
    const Profile* profile = knowledge.ProfileOf(event);
    if (profile == nullptr || profile->visits < settings_.least_visits) return;
    // Known from as many countries as are remembered: a key that everybody has, or a nomad.
    if (profile->countries.places().size() >= Profile::kCountries) return;
    if (profile->countries.Find(CountryNumber(here->country)) == nullptr) {
      if (!TooFast(*here, before.source, event.ts - before.at, knowledge)) return;
      place->foreign = source;
      place->foreign_at = place->started = event.ts;
      return;
    }
    if (before.foreign == 0 || event.ts - before.started > kDay ||
        event.ts - before.foreign_at > settings_.overlap || before.raised != 0)
      return;
    const auto there = knowledge.networks().Find(AddressOf(before.foreign));
    if (!there || there->country == here->country ||
        !TooFast(*here, before.foreign, event.ts - before.foreign_at, knowledge))
      return;
    place->raised = event.ts;
    anomalies->push_back(Judge(event, knowledge, before, Kilometres(*there, *here)));
  }

  void Save(const StateSink& sink) override { tokens_.Save(sink); }
  bool Restore(std::string_view key, std::string_view value) override {
    bool good = false;
    return tokens_.Restore(key, value, &good) && good;
  }
  size_t entries() const override { return tokens_.size(); }
  uint64_t evictions() const override { return tokens_.evictions(); }

 private:
  bool TooFast(const NetworkInfo& here, uint64_t from, Millis within,
               const Knowledge& knowledge) const {
    const auto there = knowledge.networks().Find(AddressOf(from));
    if (!there || there->country == here.country) return false;
    const double km = Kilometres(*there, here);
    const double hours = std::abs(static_cast<double>(within)) / static_cast<double>(kHour);
    return within <= settings_.overlap && km >= settings_.kilometres &&
           km >= settings_.speed * hours;
  }

  Anomaly Judge(const AccessEvent& event, const Knowledge& knowledge, const LastPlace& before,
                double km) const {
    const Millis back = std::max<Millis>(event.ts - before.foreign_at, kMinute);
    Anomaly anomaly = TokenAnomaly(kId, event, before.started);
    anomaly.entities.push_back(SourceEntity(AddressOf(before.foreign)));
    anomaly.score = km * static_cast<double>(kHour) / static_cast<double>(back);
    anomaly.threshold = settings_.speed;
    anomaly.severity = settings_.common.severity;
    anomaly.summary = "A token was used at two places too far apart to travel, back and forth.";
    anomaly.reasons = {
        std::to_string(static_cast<int64_t>(km)) + " km within " +
            SpanWords(event.ts - before.foreign_at),
        "used from " + SourceWords(AddressOf(before.foreign), knowledge.networks()) + " at " +
            FormatTime(before.started) + ", a country where its owner was never seen",
        "and before and after from " + SourceWords(*event.client_ip, knowledge.networks()) +
            ", where he is known",
        RequestWords(event)};
    return anomaly;
  }

  Settings settings_;
  EntityTable<LastPlace> tokens_;
};

}  // namespace

std::unique_ptr<Detector> MakeImpossibleTravel(YamlMap* map) {
  Settings settings;
  settings.common = CommonSettings::From(map, Severity::kMedium);
  settings.kilometres = map->Double("kilometres", 500, 50, 20'000);
  settings.speed = map->Double("kilometres_per_hour", 900, 100, 100'000);
  settings.overlap = map->Int("overlap_minutes", 120, 1, 1440) * kMinute;
  settings.least_visits = map->Double("least_visits", 4, 1, 1000);
  return std::make_unique<ImpossibleTravel>(settings);
}

}  // namespace leaktrip

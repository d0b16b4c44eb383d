// request-surge: somebody asks for one kind of thing far more often than anybody does.
//
// Per user (or token) and path template two leaky counters, of half an hour and of three hours. A
// count is a surge when it is beyond the pooled tail of what everybody's busiest counters reach in
// a day (tail.h, so about as often as the budget says) and well beyond what this counter reached on
// earlier days at this time of the week or any other, which decays: nightly batches and busy
// services only count against themselves.
#include <array>
#include <cmath>

#include "detectors/access/alert_budget.h"
#include "detectors/access/detector_settings.h"
#include "detectors/access/knowledge.h"
#include "detectors/access/path_template.h"
#include "detectors/access/words.h"

namespace leaktrip {
namespace {

constexpr std::string_view kId = "request-surge";
constexpr std::string_view kPoolKey = "pool";
constexpr std::array<Millis, 2> kSpans = {30 * kMinute, 3 * kHour};
// Counts below this are never a surge, and are not looked at further.
constexpr double kLeastCount = 16;
constexpr double kScale = 4;  // scores are 4 ln(count / 16): a bin of the pool is 6 %

struct Rate {
  std::array<float, 2> now{};      // leaky counts, as of `last`
  std::array<float, 2> today{};    // the highest of the open day
  std::array<float, 2> highest{};  // of earlier days, faded
  Millis last = 0;
  Millis day = 0;
  bool raised = false;  // on the open day

  void Write(StateWriter* writer) const {
    for (size_t i = 0; i < 2; ++i) writer->Real(now[i]).Real(today[i]).Real(highest[i]);
    writer->Int(last).Int(day).Uint(raised);
  }
  bool Read(StateReader* reader) {
    for (size_t i = 0; i < 2; ++i) {
      now[i] = static_cast<float>(reader->Real());
      today[i] = static_cast<float>(reader->Real());
      highest[i] = static_cast<float>(reader->Real());
    }
    last = reader->Int();
    day = reader->Int();
    raised = reader->Uint() != 0;
    return reader->ok();
  }
};

struct Settings {
  CommonSettings common;
  double alerts_per_day = 0;
  double share = 0;
  double beyond_own = 0;
  std::array<double, 2> quiet_limit{};  // where hardly anything is busy: by span
  Millis learning = 0;
};

class RequestSurge : public Detector {
 public:
  explicit RequestSurge(const Settings& settings)
      : settings_(settings), rates_("rate/", KeyText::kHex, settings.common.max_entries) {}

  std::string_view id() const override { return kId; }

  void Observe(const AccessEvent& event, const Knowledge& knowledge,
               std::vector<Anomaly>* anomalies) override {
    if (!event.Succeeded()) return;
    const std::string_view principal = knowledge.PrincipalOf(event);
    if (principal.empty()) return;
    if (first_event_ == 0) first_event_ = event.ts;
    const uint64_t key = HashBytes(principal, PathTemplate(event.path));
    Rate* rate = rates_.Change({reinterpret_cast<const char*>(&key), sizeof key});
    Count(event.ts, rate);
    for (size_t i = 0; i < kSpans.size(); ++i) {
      if (rate->now[i] <= rate->today[i]) continue;
      const double before = Score(rate->today[i]);
      rate->today[i] = rate->now[i];
      if (rate->now[i] < kLeastCount) continue;
      pools_[i].Learn(event.ts, before, Score(rate->now[i]));
      pools_dirty_ = true;
      Judge(event, i, rate, anomalies);
    }
  }

  void SetAlertsPerDay(double per_day) override {
    settings_.alerts_per_day = per_day * settings_.share;
  }

  void Save(const StateSink& sink) override {
    rates_.Save(sink);
    if (!pools_dirty_) return;
    StateWriter writer;
    writer.Int(first_event_);
    for (const auto& pool : pools_) pool.Write(&writer);
    sink(kPoolKey, writer.bytes());
    pools_dirty_ = false;
  }
  bool Restore(std::string_view key, std::string_view value) override {
    if (key == kPoolKey) {
      StateReader reader(value);
      first_event_ = reader.Int();
      bool good = true;
      for (auto& pool : pools_) good = pool.Read(&reader) && good;
      return good && reader.AtEnd();
    }
    bool good = false;
    return rates_.Restore(key, value, &good) && good;
  }
  size_t entries() const override { return rates_.size(); }
  uint64_t evictions() const override { return rates_.evictions(); }

 private:
  static double Score(double count) {
    return count < kLeastCount ? 0 : kScale * std::log(count / kLeastCount) + 1e-3;
  }
  static double CountOf(double score) { return kLeastCount * std::exp(score / kScale); }

  static void Count(Millis ts, Rate* rate) {
    const Millis day = ts / kDay;
    if (day > rate->day) {
      for (size_t i = 0; i < kSpans.size(); ++i) {
        const double old = rate->highest[i] * Faded((day - rate->day) * kDay, 30 * kDay);
        rate->highest[i] = std::max(static_cast<float>(old), rate->today[i]);
        rate->today[i] = 0;
      }
      rate->day = day;
      rate->raised = false;
    }
    const auto passed = static_cast<double>(std::max<Millis>(ts - rate->last, 0));
    for (size_t i = 0; i < kSpans.size(); ++i)
      rate->now[i] =
          static_cast<float>(rate->now[i] * std::exp(-passed / static_cast<double>(kSpans[i])) + 1);
    rate->last = std::max(rate->last, ts);
  }

  void Judge(const AccessEvent& event, size_t span, Rate* rate, std::vector<Anomaly>* anomalies) {
    if (rate->raised || event.ts - first_event_ < settings_.learning) return;
    const double count = rate->now[span];
    const double own = rate->highest[span];
    if (count < settings_.beyond_own * own) return;
    // Both spans have half of the budget.
    const double threshold = pools_[span].Threshold(
        settings_.alerts_per_day / 2, 0, Score(settings_.quiet_limit[span]), AlertBudget::Of::kAll);
    const double score = Score(count);
    if (score < threshold) return;
    rate->raised = true;
    Anomaly anomaly;
    anomaly.detector = kId;
    anomaly.ts = anomaly.started = event.ts;
    anomaly.entity = event.user.empty() ? TokenEntity(*event.token) : UserEntity(event.user);
    anomaly.entities = {anomaly.entity};
    if (!event.user.empty() && event.token) anomaly.entities.push_back(TokenEntity(*event.token));
    if (event.client_ip) anomaly.entities.push_back(SourceEntity(*event.client_ip));
    anomaly.score = count;
    anomaly.threshold = CountOf(threshold);
    anomaly.severity = settings_.common.severity;
    anomaly.summary = "Requests of one kind surge.";
    anomaly.reasons = {
        "about " + CountWords(static_cast<uint64_t>(count), "request") + " of one kind within " +
            SpanWords(kSpans[span]) + "; over all users " +
            std::to_string(static_cast<uint64_t>(CountOf(threshold))) + " are reached " +
            OneDecimal(settings_.alerts_per_day / 2) + " times a day",
        own < 1 ? PrincipalWords(event) + " never asked for this before today"
                : PrincipalWords(event) + " reached " + std::to_string(static_cast<uint64_t>(own)) +
                      " on earlier days",
        RequestWords(event)};
    anomalies->push_back(std::move(anomaly));
  }

  Settings settings_;
  EntityTable<Rate> rates_;
  std::array<AlertBudget, 2> pools_;
  Millis first_event_ = 0;
  bool pools_dirty_ = false;
};

}  // namespace

std::unique_ptr<Detector> MakeRequestSurge(YamlMap* map) {
  Settings settings;
  settings.common = CommonSettings::From(map, Severity::kMedium, 200'000);
  settings.share = map->Double("share", 0.05, 0, 1);
  settings.alerts_per_day = map->Double("alerts_per_day", 0.2, 0.001, 10'000);
  settings.beyond_own = map->Double("beyond_own", 1.5, 1, 100);
  settings.quiet_limit = {map->Double("least_in_half_an_hour", 200, 16, 1e6),
                          map->Double("least_in_three_hours", 500, 16, 1e6)};
  settings.learning = map->Int("learning_hours", 72, 0, 8760) * kHour;
  return std::make_unique<RequestSurge>(settings);
}

}  // namespace leaktrip

#include "detectors/access/detector_set.h"

#include <algorithm>

#include "detectors/access/detector_settings.h"

namespace leaktrip {
namespace {

constexpr std::string_view kFolder = "access/";
constexpr std::string_view kSuffix = ".yaml";
constexpr std::string_view kKnowledge = "knowledge/";
constexpr std::string_view kSetKey = "set";
constexpr std::string_view kGeneral = "general";
constexpr std::string_view kAllowList = "allow-list";

using Texts = std::map<std::string, std::string>;

std::string IdOf(std::string_view path) {
  path.remove_prefix(path.starts_with(kFolder) ? kFolder.size() : 0);
  path.remove_suffix(path.ends_with(kSuffix) ? kSuffix.size() : 0);
  return std::string(path);
}

// The keys of `over` replace those of `base`.
void Merge(YamlValue over, YamlValue* base) {
  if (base->kind == YamlValue::Kind::kNull || over.kind != YamlValue::Kind::kMap ||
      base->kind != YamlValue::Kind::kMap) {
    if (over.kind != YamlValue::Kind::kNull) *base = std::move(over);
    return;
  }
  for (auto& entry : over.map) {
    bool known = false;
    for (auto& old : base->map) {
      if (old.key != entry.key) continue;
      old = entry;
      known = true;
    }
    if (!known) base->map.push_back(std::move(entry));
  }
}

void Read(const Texts& texts, std::map<std::string, YamlValue>* settings, Errors* errors) {
  std::vector<std::string_view> ids;
  for (const auto& kind : DetectorKinds()) ids.push_back(kind.id);
  ids.push_back(kGeneral);
  ids.push_back(kAllowList);
  for (const auto& [path, text] : texts) {
    if (!path.starts_with(kFolder)) continue;
    const std::string id = IdOf(path);
    if (std::find(ids.begin(), ids.end(), id) == ids.end()) {
      const auto near = DidYouMean(id, ids);
      errors->push_back({Code::kInvalid,
                         "there is no detector `" + id + "`" +
                             (near.empty() ? "" : ", did you mean `" + std::string(near) + "`?"),
                         {path, 0, 0}});
      continue;
    }
    auto value = ParseYaml(text, path);
    if (!value)
      errors->push_back(value.error());
    else
      Merge(*std::move(value), &(*settings)[id]);
  }
}

}  // namespace

std::unique_ptr<DetectorSet> DetectorSet::Make(const Texts& shipped, const Texts& override_files,
                                               std::shared_ptr<const Networks> networks,
                                               Errors* errors) {
  std::map<std::string, YamlValue> settings;
  Read(shipped, &settings, errors);
  Read(override_files, &settings, errors);
  auto set = std::make_unique<DetectorSet>();
  set->networks_ = networks;
  set->knowledge_ = std::make_unique<Knowledge>(std::move(networks));
  YamlMap general(settings[std::string(kGeneral)], errors);
  const bool simulate_all = general.Bool("simulate", false);
  set->most_a_day_ = static_cast<uint64_t>(general.Int("most_alerts_a_day", 200, 1, 1'000'000));
  general.Finish();
  std::vector<std::string_view> ids;
  for (const auto& kind : DetectorKinds()) {
    YamlMap map(settings[std::string(kind.id)], errors);
    const bool enabled = map.Bool("enabled", true);
    Member member;
    member.bit = uint64_t{1} << ids.size();
    member.simulate = map.Bool("simulate", false) || simulate_all;
    ids.push_back(kind.id);
    auto detector = kind.make(&map);
    map.Finish();
    if (!enabled) continue;
    set->detectors_.push_back(std::move(detector));
    set->members_.push_back(member);
  }
  YamlMap allow(settings[std::string(kAllowList)], errors);
  set->allow_ = AllowList::From(&allow, ids);
  allow.Finish();
  return set;
}

void DetectorSet::Observe(const AccessEvent& given, std::vector<Anomaly>* anomalies) {
  const Millis ts = clock_.Admit(given.ts);
  AccessEvent moved;
  if (ts != given.ts) {
    moved = given;
    moved.ts = ts;
  }
  const AccessEvent& event = ts == given.ts ? given : moved;
  const uint64_t allowed = allow_.empty() ? 0 : allow_.Allows(event);
  knowledge_->LookAt(event);
  for (size_t i = 0; i < detectors_.size(); ++i) {
    if ((allowed & members_[i].bit) != 0) continue;
    const size_t from = anomalies->size();
    detectors_[i]->Observe(event, *knowledge_, anomalies);
    if (anomalies->size() > from) Filter(event, i, from, anomalies);
  }
  knowledge_->Learn(event);
}

// What one detector has just said, anomalies from `from` on.
void DetectorSet::Filter(const AccessEvent& event, size_t member, size_t from,
                         std::vector<Anomaly>* anomalies) {
  Member& m = members_[member];
  if (m.simulate) {
    simulated_[detectors_[member]->id()] += anomalies->size() - from;
    anomalies->resize(from);
    return;
  }
  if (event.Succeeded() && !knowledge_->Familiar(event)) knowledge_->Suspect(event);
  for (size_t i = from; i < anomalies->size();) {
    Anomaly& anomaly = (*anomalies)[i];
    const auto verdict = m.cap.Admit(event.ts, most_a_day_);
    if (verdict == AlertCap::Verdict::kPass) {
      ++i;
    } else if (verdict == AlertCap::Verdict::kDrop) {
      anomalies->erase(anomalies->begin() + static_cast<std::ptrdiff_t>(i));
    } else {
      anomaly.started = event.ts / kDay * kDay;
      anomaly.entity = "global";
      anomaly.entities = {anomaly.entity};
      anomaly.summary =
          "More alerts of one kind than anybody can read; the rest of the day is counted only.";
      anomaly.score = anomaly.threshold = static_cast<double>(most_a_day_);
      anomaly.reasons = {std::to_string(most_a_day_) + " alerts of " +
                         std::string(anomaly.detector) + " in one day"};
      ++i;
    }
  }
}

// A larger budget has room for more of what it does not govern.
void DetectorSet::SetAlertsPerDay(double per_day) {
  most_a_day_ = std::max<uint64_t>(20, static_cast<uint64_t>(10 * per_day));
  for (const auto& detector : detectors_) detector->SetAlertsPerDay(per_day);
}

uint64_t DetectorSet::capped() const {
  uint64_t dropped = 0;
  for (const auto& member : members_) dropped += member.cap.dropped();
  return dropped;
}

Knowledge& DetectorSet::knowledge() { return *knowledge_; }
const std::vector<std::unique_ptr<Detector>>& DetectorSet::detectors() const { return detectors_; }

void DetectorSet::Save(const StateSink& sink) {
  const auto below = [&sink](std::string prefix) {
    return [&sink, prefix = std::move(prefix)](std::string_view key,
                                               std::optional<std::string_view> value) {
      sink(prefix + std::string(key), value);
    };
  };
  StateWriter writer;
  clock_.Write(&writer);
  writer.Uint(members_.size());
  for (size_t i = 0; i < members_.size(); ++i) {
    writer.Text(detectors_[i]->id());
    members_[i].cap.Write(&writer);
  }
  sink(kSetKey, writer.bytes());
  knowledge_->Save(below(std::string(kKnowledge)));
  for (const auto& detector : detectors_) detector->Save(below(std::string(detector->id()) + "/"));
}

bool DetectorSet::Restore(std::string_view key, std::string_view value) {
  if (key == kSetKey) {
    StateReader reader(value);
    bool good = clock_.Read(&reader);
    for (size_t left = reader.Count(64); good && left > 0; --left) {
      const auto id = reader.Text();
      AlertCap cap;
      good = cap.Read(&reader);
      for (size_t i = 0; i < detectors_.size(); ++i)
        if (detectors_[i]->id() == id) members_[i].cap = cap;
    }
    return good && reader.AtEnd();
  }
  if (key.starts_with(kKnowledge)) return knowledge_->Restore(key.substr(kKnowledge.size()), value);
  for (const auto& detector : detectors_) {
    const auto id = detector->id();
    if (key.starts_with(id) && key.substr(id.size()).starts_with('/'))
      return detector->Restore(key.substr(id.size() + 1), value);
  }
  return false;
}

}  // namespace leaktrip

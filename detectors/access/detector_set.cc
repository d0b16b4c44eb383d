#include "detectors/access/detector_set.h"

#include "detectors/access/detector_settings.h"

namespace leaktrip {
namespace {

constexpr std::string_view kFolder = "access/";
constexpr std::string_view kSuffix = ".yaml";
constexpr std::string_view kKnowledge = "knowledge/";

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
  for (const auto& kind : DetectorKinds()) {
    YamlMap map(settings[std::string(kind.id)], errors);
    const bool enabled = map.Bool("enabled", true);
    auto detector = kind.make(&map);
    map.Finish();
    if (enabled) set->detectors_.push_back(std::move(detector));
  }
  return set;
}

void DetectorSet::Observe(const AccessEvent& event, std::vector<Anomaly>* anomalies) {
  knowledge_->LookAt(event);
  for (const auto& detector : detectors_) detector->Observe(event, *knowledge_, anomalies);
  knowledge_->Learn(event);
}

void DetectorSet::SetAlertsPerDay(double per_day) {
  for (const auto& detector : detectors_) detector->SetAlertsPerDay(per_day);
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
  knowledge_->Save(below(std::string(kKnowledge)));
  for (const auto& detector : detectors_) detector->Save(below(std::string(detector->id()) + "/"));
}

bool DetectorSet::Restore(std::string_view key, std::string_view value) {
  if (key.starts_with(kKnowledge)) return knowledge_->Restore(key.substr(kKnowledge.size()), value);
  for (const auto& detector : detectors_) {
    const auto id = detector->id();
    if (key.starts_with(id) && key.substr(id.size()).starts_with('/'))
      return detector->Restore(key.substr(id.size() + 1), value);
  }
  return false;
}

}  // namespace leaktrip

#include <algorithm>
#include <charconv>
#include <numeric>
#include <utility>

#include "detectors/base/yaml.h"

namespace leaktrip {
namespace {

const YamlValue kEmpty{
    .kind = YamlValue::Kind::kMap, .place = {}, .scalar = {}, .list = {}, .map = {}};

// Levenshtein distance, one row at a time.
size_t Distance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = std::exchange(row[0], i);
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t change = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({change, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row.back();
}

std::string Joined(const std::vector<std::string_view>& names) {
  std::string text;
  for (const auto name : names) text += (text.empty() ? "" : ", ") + std::string(name);
  return text;
}

template <typename Number>
std::optional<Number> ParseNumber(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

std::string_view DidYouMean(std::string_view word,
                            const std::vector<std::string_view>& candidates) {
  std::string_view best;
  size_t least = 3;
  for (const auto candidate : candidates) {
    const size_t distance = Distance(word, candidate);
    if (distance < least && distance < candidate.size()) {
      least = distance;
      best = candidate;
    }
  }
  return best;
}

YamlMap::YamlMap(const YamlValue& value, Errors* errors) : value_(&value), errors_(errors) {
  if (value.kind == YamlValue::Kind::kMap) return;
  if (value.kind != YamlValue::Kind::kNull)
    errors_->push_back({Code::kInvalid, "`key: value` lines are expected here", value.place});
  value_ = &kEmpty;
}

bool YamlMap::Has(std::string_view key) const {
  return std::any_of(value_->map.begin(), value_->map.end(),
                     [&](const auto& entry) { return entry.key == key; });
}

const YamlValue* YamlMap::Get(std::string_view key) {
  known_.push_back(key);
  for (const auto& entry : value_->map)
    if (entry.key == key) return &entry.value;
  return nullptr;
}

Place YamlMap::PlaceOf(std::string_view key) const {
  for (const auto& entry : value_->map)
    if (entry.key == key) return entry.value.place;
  return value_->place;
}

void YamlMap::Report(std::string_view key, std::string message) {
  errors_->push_back({Code::kInvalid, std::move(message), PlaceOf(key)});
}

void YamlMap::ReportAt(const Place& place, std::string message) {
  errors_->push_back({Code::kInvalid, std::move(message), place});
}

const YamlValue* YamlMap::Scalar(std::string_view key) {
  const YamlValue* value = Get(key);
  if (!value || value->kind == YamlValue::Kind::kNull) return nullptr;
  if (value->kind == YamlValue::Kind::kScalar) return value;
  Report(key, "`" + std::string(key) + "` must be a single value");
  return nullptr;
}

std::string YamlMap::String(std::string_view key, std::string fallback) {
  return OptionalString(key).value_or(std::move(fallback));
}

std::string YamlMap::RequiredString(std::string_view key) {
  auto text = OptionalString(key);
  if (!text || text->empty()) Report(key, "`" + std::string(key) + "` is missing or empty");
  return text.value_or("");
}

std::optional<std::string> YamlMap::OptionalString(std::string_view key) {
  const YamlValue* value = Scalar(key);
  if (!value) return std::nullopt;
  return value->scalar;
}

bool YamlMap::Bool(std::string_view key, bool fallback) {
  const YamlValue* value = Scalar(key);
  if (!value) return fallback;
  if (value->scalar == "true") return true;
  if (value->scalar == "false") return false;
  Report(key, "`" + std::string(key) + "` must be true or false, not `" + value->scalar + "`");
  return fallback;
}

int64_t YamlMap::Int(std::string_view key, int64_t fallback, int64_t least, int64_t most) {
  const YamlValue* value = Scalar(key);
  if (!value) return fallback;
  const auto number = ParseNumber<int64_t>(value->scalar);
  if (number && *number >= least && *number <= most) return *number;
  Report(key, "`" + std::string(key) + "` must be a whole number from " + std::to_string(least) +
                  " to " + std::to_string(most) + ", not `" + value->scalar + "`");
  return fallback;
}

double YamlMap::Double(std::string_view key, double fallback, double least, double most) {
  const YamlValue* value = Scalar(key);
  if (!value) return fallback;
  const auto number = ParseNumber<double>(value->scalar);
  if (number && *number >= least && *number <= most) return *number;
  Report(key, "`" + std::string(key) + "` must be a number from " + std::to_string(least) + " to " +
                  std::to_string(most) + ", not `" + value->scalar + "`");
  return fallback;
}

size_t YamlMap::Choice(std::string_view key, const std::vector<std::string_view>& names,
                       size_t fallback) {
  const YamlValue* value = Scalar(key);
  if (!value) return fallback;
  const auto it = std::find(names.begin(), names.end(), value->scalar);
  if (it != names.end()) return static_cast<size_t>(it - names.begin());
  Report(key, "`" + std::string(key) + "` must be one of " + Joined(names) + ", not `" +
                  value->scalar + "`");
  return fallback;
}

std::vector<std::string> YamlMap::Strings(std::string_view key) {
  const YamlValue* value = Get(key);
  std::vector<std::string> texts;
  if (!value || value->kind == YamlValue::Kind::kNull) return texts;
  if (value->kind == YamlValue::Kind::kScalar) return {value->scalar};
  for (const auto& item : value->list) {
    if (item.kind == YamlValue::Kind::kScalar)
      texts.push_back(item.scalar);
    else
      errors_->push_back({Code::kInvalid, "a single value is expected here", item.place});
  }
  if (value->kind == YamlValue::Kind::kMap)
    Report(key, "`" + std::string(key) + "` must be a list of values");
  return texts;
}

YamlMap YamlMap::Map(std::string_view key) {
  const YamlValue* value = Get(key);
  return YamlMap(value ? *value : kEmpty, errors_);
}

std::vector<YamlMap> YamlMap::Maps(std::string_view key) {
  const YamlValue* value = Get(key);
  std::vector<YamlMap> maps;
  if (!value || value->kind == YamlValue::Kind::kNull) return maps;
  if (value->kind != YamlValue::Kind::kList)
    Report(key, "`" + std::string(key) + "` must be a list: start each item with `- `");
  for (const auto& item : value->list) maps.emplace_back(item, errors_);
  return maps;
}

const std::vector<YamlEntry>& YamlMap::entries() {
  for (const auto& entry : value_->map) known_.emplace_back(entry.key);
  return value_->map;
}

void YamlMap::Finish() {
  for (const auto& [name, place, value] : value_->map) {
    if (std::find(known_.begin(), known_.end(), name) != known_.end()) continue;
    const auto guess = DidYouMean(name, known_);
    errors_->push_back({Code::kInvalid,
                        "unknown key `" + name + "`, " +
                            (guess.empty() ? "allowed are: " + Joined(known_)
                                           : "did you mean `" + std::string(guess) + "`?"),
                        place});
  }
}

}  // namespace leaktrip

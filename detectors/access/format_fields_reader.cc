#include <algorithm>
#include <cstdio>

#include "detectors/access/format_reader.h"

namespace leaktrip {
namespace {

constexpr size_t kMostSlots = 64;

bool HasFreeNames(FormatKind kind) {
  return kind == FormatKind::kJson || kind == FormatKind::kLogfmt;
}

// "+02:00" to minutes.
std::optional<int> ZoneMinutes(const std::string& text) {
  int hours = 0, minutes = 0, end = 0;
  char sign = 0;
  if (text == "UTC" || text == "Z") return 0;
  if (std::sscanf(text.c_str(), "%c%2d:%2d%n", &sign, &hours, &minutes, &end) != 3 ||
      static_cast<size_t>(end) != text.size() || (sign != '+' && sign != '-') || hours > 18 ||
      minutes > 59)
    return std::nullopt;
  return (sign == '-' ? -1 : 1) * (hours * 60 + minutes);
}

}  // namespace

SharedRegex FormatFieldsReader::Compile(const std::string& pattern, const Place& place) {
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(8 << 20);
  auto regex = std::make_shared<const re2::RE2>(pattern, options);
  if (regex->ok()) return regex;
  Report("`" + pattern.substr(0, 80) + "` is no regular expression: " + regex->error(), place);
  return nullptr;
}

int FormatFieldsReader::SlotOf(const std::string& name, const Place& place) {
  auto& slots = format_.slots;
  const auto at = std::find(slots.begin(), slots.end(), name);
  if (at != slots.end()) return static_cast<int>(at - slots.begin());
  if (!HasFreeNames(format_.kind)) {
    const auto guess = DidYouMean(name, {slots.begin(), slots.end()});
    Report("no line has a `" + name + "`" +
               (guess.empty() ? "" : ", did you mean `" + std::string(guess) + "`?"),
           place);
    return -1;
  }
  if (slots.size() >= kMostSlots) {
    Report("a format may read at most 64 names", place);
    return -1;
  }
  const int slot = static_cast<int>(slots.size());
  if (format_.kind == FormatKind::kLogfmt) {
    format_.keys.Add(name, slot);
  } else if (const auto added = format_.paths.Add(name, slot); !added) {
    Report(added.error().message, place);
    return -1;
  }
  slots.push_back(name);
  return slot;
}

void FormatFieldsReader::ReadFrom(const YamlValue& value, FieldMapping* mapping) {
  const auto add = [&](const YamlValue& item) {
    if (item.kind != YamlValue::Kind::kScalar || item.scalar.empty())
      Report("must be a name or a list of names", item.place);
    else if (const int slot = SlotOf(item.scalar, item.place); slot >= 0)
      mapping->slots.push_back(slot);
  };
  if (value.kind != YamlValue::Kind::kList) return add(value);
  for (const YamlValue& item : value.list) add(item);
}

void FormatFieldsReader::ReadWords(YamlMap map, FieldMapping* mapping) {
  for (const auto& [key, place, value] : map.entries()) {
    if (value.kind != YamlValue::Kind::kScalar) {
      Report("`" + key + "` must be a single value", value.place);
      continue;
    }
    WordRule rule{key, nullptr, value.scalar};
    if (key.starts_with('~')) {
      rule.pattern = Compile(key.substr(1), place);
      if (!rule.pattern) continue;
    }
    mapping->words.push_back(std::move(rule));
  }
}

FieldMapping FormatFieldsReader::ReadField(EventField field, const YamlValue& value) {
  static const std::vector<std::string_view> kDecodes = {"none", "percent", "plus"};
  FieldMapping mapping;
  mapping.field = field;
  if (value.kind != YamlValue::Kind::kMap) {
    ReadFrom(value, &mapping);
    return mapping;
  }
  YamlMap map(value, errors_);
  if (const YamlValue* from = map.Get("from")) ReadFrom(*from, &mapping);
  mapping.absent = map.OptionalString("absent");
  if (auto always = map.OptionalString("value")) mapping.absent = std::move(always);
  if (mapping.slots.empty() && !mapping.absent)
    map.ReportAt(value.place, "says neither `from` nor `value`");
  if (const auto date = map.OptionalString("date"))
    mapping.date_slot = SlotOf(*date, map.PlaceOf("date"));
  mapping.strip = map.String("strip");
  mapping.decode = static_cast<FieldMapping::Decode>(map.Choice("decode", kDecodes, 0));
  mapping.otherwise = map.OptionalString("otherwise");
  if (map.Has("map")) ReadWords(map.Map("map"), &mapping);
  if (const auto zone = map.OptionalString("zone")) {
    if (const auto minutes = ZoneMinutes(*zone))
      mapping.zone_minutes = *minutes;
    else
      map.Report("zone", "`zone` must be like +02:00 or UTC");
  }
  mapping.with_port = map.Bool("port", false);
  if (mapping.otherwise && mapping.words.empty())
    map.Report("otherwise", "`otherwise` has no effect without a `map`");
  map.Finish();
  return mapping;
}

void FormatFieldsReader::ReadFields(YamlMap* map) {
  const std::vector<std::string_view> names(std::begin(kEventFieldNames),
                                            std::end(kEventFieldNames));
  YamlMap fields = map->Map("fields");
  for (const auto& [key, place, value] : fields.entries()) {
    const auto at = std::find(names.begin(), names.end(), key);
    if (at == names.end()) {
      const auto guess = DidYouMean(key, names);
      Report("unknown field `" + key + "`" +
                 (guess.empty() ? "" : ", did you mean `" + std::string(guess) + "`?"),
             place);
      continue;
    }
    format_.fields.push_back(ReadField(static_cast<EventField>(at - names.begin()), value));
  }
}

std::vector<Condition> FormatFieldsReader::ReadConditions(YamlMap* map, std::string_view key) {
  std::vector<Condition> conditions;
  for (YamlMap& item : map->Maps(key)) {
    Condition condition;
    const auto names = item.Strings("field");
    if (names.empty()) item.ReportAt(item.place(), "`field` is missing");
    for (const std::string& name : names)
      if (const int slot = SlotOf(name, item.PlaceOf("field")); slot >= 0)
        condition.slots.push_back(slot);
    const int kinds = item.Has("is") + item.Has("not") + item.Has("matches") + item.Has("present");
    if (kinds != 1)
      item.ReportAt(item.place(), "needs one of `is`, `not`, `matches` and `present`");
    const bool is = item.Has("is");
    condition.words = item.Strings(is ? "is" : "not");
    if (item.Has("not")) condition.kind = Condition::Kind::kNot;
    if (const auto pattern = item.OptionalString("matches")) {
      condition.kind = Condition::Kind::kMatches;
      condition.pattern = Compile(*pattern, item.PlaceOf("matches"));
    }
    if (item.Has("present"))
      condition.kind =
          item.Bool("present", true) ? Condition::Kind::kPresent : Condition::Kind::kAbsent;
    item.Finish();
    const bool whole = condition.kind != Condition::Kind::kMatches || condition.pattern;
    if (!condition.slots.empty() && whole) conditions.push_back(std::move(condition));
  }
  return conditions;
}

}  // namespace leaktrip

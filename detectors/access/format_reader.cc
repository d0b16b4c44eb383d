#include "detectors/access/format_reader.h"

#include <algorithm>

namespace leaktrip {
namespace {

const std::vector<std::string_view>& Kinds() {
  static const std::vector<std::string_view> kinds = {"native", "ncsa",    "json",  "line",
                                                      "regex",  "columns", "logfmt"};
  return kinds;
}

class Reader {
 public:
  Reader(Format* format, YamlMap* map, Errors* errors)
      : format_(*format), map_(*map), errors_(errors), fields_(format, errors) {}

  void Read() {
    ReadHead();
    ReadSyslog();
    if (format_.kind == FormatKind::kLine || format_.kind == FormatKind::kRegex) ReadLines();
    if (format_.kind == FormatKind::kColumns) ReadColumns();
    if (format_.kind == FormatKind::kJson) format_.unfold = map_.String("unfold");
    if (format_.kind != FormatKind::kNative && format_.kind != FormatKind::kNcsa) {
      fields_.ReadFields(&map_);
      format_.match = fields_.ReadConditions(&map_, "match");
      format_.when = fields_.ReadConditions(&map_, "when");
      AddConstantFields();
      CheckFields();
    }
    for (const YamlValue& item : List("skip"))
      if (auto regex = fields_.Compile(item.scalar, item.place)) format_.skip.push_back(regex);
    ReadExamples();
    map_.Finish();
  }

 private:
  void Report(std::string message, const Place& place) {
    errors_->push_back({Code::kInvalid, std::move(message), place});
  }

  // A list of scalars; empty when absent or reported.
  std::vector<YamlValue> List(std::string_view key) {
    const YamlValue* value = map_.Get(key);
    if (!value || value->kind == YamlValue::Kind::kNull) return {};
    if (value->kind != YamlValue::Kind::kList) {
      map_.Report(key, "`" + std::string(key) + "` must be a list: start each item with `- `");
      return {};
    }
    return value->list;
  }

  void ReadHead() {
    format_.place = map_.place();
    format_.id = map_.RequiredString("id");
    const bool fit = std::all_of(format_.id.begin(), format_.id.end(), [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    });
    if (!fit || format_.id.size() > 64 || format_.id == "auto")
      map_.Report("id", "`id` must be lower-case letters, digits and dashes, 64 at most, not auto");
    format_.description = map_.RequiredString("description");
    if (!map_.Has("kind")) map_.Report("kind", "`kind` is missing");
    format_.kind = static_cast<FormatKind>(
        map_.Choice("kind", Kinds(), static_cast<size_t>(FormatKind::kLine)));
    format_.preference = static_cast<int>(map_.Int("preference", 5, 0, 9));
  }

  void ReadSyslog() {
    static const std::vector<std::string_view> kNames = {"false", "maybe", "true"};
    format_.syslog = static_cast<SyslogFrame>(map_.Choice("syslog", kNames, 0));
    format_.programs = map_.Strings("programs");
    if (format_.syslog == SyslogFrame::kNo) {
      if (!format_.programs.empty())
        map_.Report("programs", "`programs` has no effect without `syslog`");
      return;
    }
    if (format_.kind == FormatKind::kJson) return;
    if (format_.kind != FormatKind::kLine && format_.kind != FormatKind::kRegex)
      map_.Report("syslog", "`syslog` goes with the kinds line, regex and json");
    format_.slots = {"syslog_time", "syslog_host", "program"};
  }

  void ReadLines() {
    const auto lines = List("lines");
    if (lines.empty()) map_.Report("lines", "`lines` is missing");
    for (const YamlValue& item : lines) ReadLine(item);
  }

  void ReadLine(const YamlValue& item) {
    LinePattern pattern;
    std::string text = item.scalar;
    Place place = item.place;
    if (item.kind == YamlValue::Kind::kMap) {
      YamlMap map(item, errors_);
      const std::string_view key = format_.kind == FormatKind::kRegex ? "regex" : "line";
      text = map.RequiredString(key);
      place = map.PlaceOf(key);
      ReadSet(map.Map("set"), &pattern);
      map.Finish();
    }
    if (text.empty()) return;
    if (format_.kind == FormatKind::kLine) {
      auto line = LineTemplate::Parse(text, &format_.slots);
      if (!line) return Report("a line " + line.error().message, place);
      pattern.line = *std::move(line);
    } else {
      pattern.regex = fields_.Compile(text, place);
      if (!pattern.regex) return;
      NameGroups(&pattern);
    }
    format_.lines.push_back(std::move(pattern));
  }

  void ReadSet(YamlMap map, LinePattern* pattern) {
    for (const auto& [key, place, value] : map.entries()) {
      const auto at = std::find(std::begin(kEventFieldNames), std::end(kEventFieldNames), key);
      if (at == std::end(kEventFieldNames) || value.kind != YamlValue::Kind::kScalar)
        Report("`set` holds fields of the event and a text for each", place);
      else
        pattern->set.emplace_back(static_cast<EventField>(at - std::begin(kEventFieldNames)),
                                  value.scalar);
    }
  }

  void NameGroups(LinePattern* pattern) {
    pattern->groups.assign(static_cast<size_t>(pattern->regex->NumberOfCapturingGroups()), -1);
    for (const auto& [index, name] : pattern->regex->CapturingGroupNames()) {
      auto at = std::find(format_.slots.begin(), format_.slots.end(), name);
      if (at == format_.slots.end()) at = format_.slots.insert(at, name);
      pattern->groups[static_cast<size_t>(index) - 1] =
          static_cast<int>(at - format_.slots.begin());
    }
  }

  void ReadColumns() {
    for (const YamlValue& item : List("columns")) {
      if (item.scalar == "_") {
        format_.columns.push_back(-1);
        continue;
      }
      format_.columns.push_back(static_cast<int>(format_.slots.size()));
      format_.slots.push_back(item.scalar);
    }
    if (format_.columns.empty()) map_.Report("columns", "`columns` is missing");
    const std::string separator = map_.String("separator", " ");
    if (separator == "\\t")
      format_.separator = '\t';
    else if (separator.size() == 1)
      format_.separator = separator[0];
    else
      map_.Report("separator", "`separator` must be one character, or '\\t'");
    format_.header = map_.String("header");
  }

  // A field that only some lines set is still a field.
  void AddConstantFields() {
    for (const LinePattern& line : format_.lines)
      for (const auto& [field, text] : line.set) {
        const bool known =
            std::any_of(format_.fields.begin(), format_.fields.end(),
                        [wanted = field](const FieldMapping& m) { return m.field == wanted; });
        if (known) continue;
        FieldMapping mapping;
        mapping.field = field;
        format_.fields.push_back(std::move(mapping));
      }
  }

  void CheckFields() {
    std::stable_sort(
        format_.fields.begin(), format_.fields.end(),
        [](const FieldMapping& a, const FieldMapping& b) { return a.field < b.field; });
    if (format_.fields.empty() || format_.fields.front().field != EventField::kTs)
      map_.Report("fields", "`fields` must say where `ts` comes from");
  }

  void ReadExamples() {
    size_t events = 0;
    for (YamlMap& item : map_.Maps("examples")) {
      FormatExample example;
      example.place = item.place();
      example.text = item.RequiredString("text");
      example.events = static_cast<size_t>(item.Int("events", 1, 0, 100'000));
      YamlMap fields = item.Map("event");
      for (const auto& [key, place, value] : fields.entries())
        example.fields.emplace_back(key, value.scalar);
      item.Finish();
      if (example.events > 0) ++events;
      format_.examples.push_back(std::move(example));
    }
    if (events < 2)
      Report("format `" + format_.id + "`: at least two examples are needed", format_.place);
    for (const YamlValue& item : List("rejects"))
      format_.rejects.emplace_back(item.scalar, item.place);
    if (format_.rejects.empty())
      Report("format `" + format_.id + "`: `rejects` needs at least one text", format_.place);
  }

  Format& format_;
  YamlMap& map_;
  Errors* errors_;
  FormatFieldsReader fields_;
};

}  // namespace

Format ReadFormat(YamlMap* map, Errors* errors) {
  Format format;
  Reader(&format, map, errors).Read();
  return format;
}

}  // namespace leaktrip

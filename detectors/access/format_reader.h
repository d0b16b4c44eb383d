// Reads one file of rules/formats/ into a Format; LoadFormats() calls it. Errors go to the map's.
#pragma once

#include "detectors/access/format.h"
#include "detectors/base/yaml.h"

namespace leaktrip {

// map: the whole file. Calls Finish().
Format ReadFormat(YamlMap* map, Errors* errors);

// Of `fields`, `match` and `when`. Names become slots where the kind lets them.
class FormatFieldsReader {
 public:
  FormatFieldsReader(Format* format, Errors* errors) : format_(*format), errors_(errors) {}

  void ReadFields(YamlMap* map);
  std::vector<Condition> ReadConditions(YamlMap* map, std::string_view key);
  // The slot of a name; reports one that cannot be. -1 then.
  int SlotOf(const std::string& name, const Place& place);
  SharedRegex Compile(const std::string& pattern, const Place& place);

 private:
  FieldMapping ReadField(EventField field, const YamlValue& value);
  void ReadWords(YamlMap map, FieldMapping* mapping);
  void ReadFrom(const YamlValue& value, FieldMapping* mapping);
  void Report(std::string message, const Place& place) {
    errors_->push_back({Code::kInvalid, std::move(message), place});
  }

  Format& format_;
  Errors* errors_;
};

}  // namespace leaktrip

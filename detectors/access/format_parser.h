// FormatParser: records of one format to AccessEvents.
//
// Threads: one. It keeps the slots, and the columns that the last header line named. What it
// appends points into the record, the format or the arena of the context. Failure: a reason of
// AccessParser::kReasons; "not-an-event" for a record of this format that is none.
#pragma once

#include <string_view>
#include <vector>

#include "detectors/access/event_mapping.h"
#include "detectors/access/format.h"
#include "detectors/access/json_reader.h"

namespace leaktrip {

class FormatParser {
 public:
  // format outlives it.
  explicit FormatParser(const Format* format)
      : format_(*format), slots_(format->slots.size()), columns_(format->columns) {}

  // REQUIRES: record holds something else than white space.
  std::string_view Parse(std::string_view record, const MappingContext& context, JsonReader* json,
                         std::vector<AccessEvent>* events);
  const Format& format() const { return format_; }

 private:
  using Events = std::vector<AccessEvent>;

  std::string_view ParseText(std::string_view line, const MappingContext& context, Events* events);
  std::string_view ParseJson(std::string_view record, const MappingContext& context,
                             JsonReader* json, Events* events);
  bool Extract(std::string_view line, const FieldTexts** set);
  bool ExtractRegex(const LinePattern& pattern, std::string_view line);
  bool ExtractColumns(std::string_view line);
  bool ExtractLogfmt(std::string_view line);
  void LearnColumns(std::string_view names);
  std::string_view Walk(simdjson::ondemand::value value, int node, const JsonReader& json);
  std::string_view WalkObject(simdjson::ondemand::object object, int node, const JsonReader& json);
  std::string_view WalkArray(simdjson::ondemand::array array, int node, const JsonReader& json);
  std::string_view ParseItems(simdjson::ondemand::array array, const MappingContext& context,
                              const JsonReader& json, Events* events);
  std::string_view Emit(const FieldTexts* set, size_t times, const MappingContext& context,
                        Events* events);
  void Clear();

  const Format& format_;
  Slots slots_;
  std::vector<int> columns_;
  std::deque<std::string> joined_;  // arrays of the record at hand
};

}  // namespace leaktrip

// The walk of FormatParser through a JSON record.
#include "detectors/access/format_parser.h"
#include "detectors/access/syslog_frame.h"

namespace leaktrip {
namespace {

namespace json = simdjson::ondemand;

constexpr size_t kMostJoined = 16 << 10;

}  // namespace

std::string_view FormatParser::ParseJson(std::string_view record, const MappingContext& context,
                                         JsonReader* reader, Events* events) {
  size_t first = record.find_first_not_of(" \t\r\n");
  if (record[first] != '{' && record[first] != '[') {
    const auto frame = format_.syslog == SyslogFrame::kNo ? std::nullopt : ParseSyslogFrame(record);
    if (!frame) return "bad-json";
    record = frame->message;
    first = record.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos || record[first] != '{') return "bad-json";
  }
  json::document document;
  if (!reader->Open(record, &document)) return "bad-json";
  Clear();
  if (record[first] == '[') {
    json::array array;
    if (format_.unfold.empty() || document.get_array().get(array)) return "bad-json";
    return ParseItems(array, context, *reader, events);
  }
  json::object object;
  if (document.get_object().get(object)) return "bad-json";
  for (auto entry : object) {
    json::field field;
    if (std::move(entry).get(field)) return "bad-json";
    const auto key = reader->Key(&field);
    if (!format_.unfold.empty() && key == format_.unfold) {
      json::array array;
      if (field.value().get_array().get(array)) return "bad-json";
      return ParseItems(array, context, *reader, events);
    }
    const int child = format_.paths.Below(JsonPaths::kRoot, key);
    if (child < 0) continue;
    if (const auto reason = Walk(field.value(), child, *reader); !reason.empty()) return reason;
  }
  if (document.current_location().error() == simdjson::SUCCESS) return "bad-json";
  return Emit(nullptr, 1, context, events);
}

// Good items count, whatever the others are.
std::string_view FormatParser::ParseItems(json::array array, const MappingContext& context,
                                          const JsonReader& reader, Events* events) {
  std::string_view reason = "not-an-event";
  bool any = false;
  for (auto entry : array) {
    json::value item;
    if (std::move(entry).get(item)) return any ? "" : "bad-json";
    Clear();
    auto wrong = Walk(item, JsonPaths::kRoot, reader);
    if (wrong.empty()) wrong = Emit(nullptr, 1, context, events);
    any = any || wrong.empty();
    if (!wrong.empty() && reason == "not-an-event") reason = wrong;
  }
  return any ? "" : reason;
}

std::string_view FormatParser::Walk(json::value value, int node, const JsonReader& reader) {
  json::json_type type;
  if (value.type().get(type)) return "bad-json";
  if (type == json::json_type::object) {
    json::object object;
    if (value.get_object().get(object)) return "bad-json";
    return WalkObject(object, node, reader);
  }
  if (type == json::json_type::array) {
    json::array array;
    if (value.get_array().get(array)) return "bad-json";
    return WalkArray(array, node, reader);
  }
  const int slot = format_.paths.At(node).slot;
  if (slot < 0) return "";
  JsonReader::Scalar scalar;
  if (const auto reason = reader.Read(value, &scalar); !reason.empty()) return reason;
  if (!scalar.is_null) slots_[static_cast<size_t>(slot)] = {scalar.text, scalar.escaped};
  return "";
}

std::string_view FormatParser::WalkObject(json::object object, int node, const JsonReader& reader) {
  if (format_.paths.At(node).keys.empty()) return "";
  for (auto entry : object) {
    json::field field;
    if (std::move(entry).get(field)) return "bad-json";
    const int child = format_.paths.Below(node, reader.Key(&field));
    if (child < 0) continue;
    if (const auto reason = Walk(field.value(), child, reader); !reason.empty()) return reason;
  }
  return "";
}

std::string_view FormatParser::WalkArray(json::array array, int node, const JsonReader& reader) {
  const JsonPaths::Node& here = format_.paths.At(node);
  if (here.items.empty() && here.slot < 0) return "";
  std::string joined;
  size_t index = 0;
  for (auto entry : array) {
    json::value item;
    if (std::move(entry).get(item)) return "bad-json";
    for (const auto& [wanted, child] : here.items) {
      if (wanted != index) continue;
      if (const auto reason = Walk(item, child, reader); !reason.empty()) return reason;
    }
    ++index;
    if (here.slot < 0 || !here.items.empty()) continue;
    JsonReader::Scalar scalar;
    if (reader.Read(item, &scalar) == "" && !scalar.is_null && joined.size() < kMostJoined)
      joined.append(joined.empty() ? "" : ", ").append(scalar.text);
  }
  if (here.slot >= 0 && !joined.empty())
    slots_[static_cast<size_t>(here.slot)] = {joined_.emplace_back(std::move(joined)), true};
  return "";
}

}  // namespace leaktrip

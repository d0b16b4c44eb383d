#include "detectors/access/format_parser.h"

#include <algorithm>
#include <array>

#include "detectors/access/ncsa_line.h"
#include "detectors/access/syslog_frame.h"

namespace leaktrip {
namespace {

constexpr size_t npos = std::string_view::npos;
constexpr size_t kMostGroups = 32;

std::string_view WithoutLineEnd(std::string_view line) {
  while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.remove_suffix(1);
  return line;
}

// Takes one column; quotes may hold the separator.
std::string_view TakeColumn(std::string_view* rest, char separator) {
  size_t end;
  std::string_view column;
  if (rest->starts_with('"')) {
    size_t close = 1;
    while (close < rest->size() && (*rest)[close] != '"') close += (*rest)[close] == '\\' ? 2 : 1;
    close = std::min(close, rest->size());
    column = rest->substr(1, close - 1);
    end = rest->find(separator, close);
  } else {
    end = rest->find(separator);
    column = rest->substr(0, end);
  }
  rest->remove_prefix(end == npos ? rest->size() : end + 1);
  return column;
}

// Takes the value of a key of logfmt.
std::string_view TakeValue(std::string_view* rest) {
  if (!rest->starts_with('"')) {
    const size_t end = std::min(rest->find(' '), rest->size());
    const auto value = rest->substr(0, end);
    rest->remove_prefix(end);
    return value;
  }
  size_t close = 1;
  while (close < rest->size() && (*rest)[close] != '"') close += (*rest)[close] == '\\' ? 2 : 1;
  close = std::min(close, rest->size());
  const auto value = rest->substr(1, close - 1);
  rest->remove_prefix(std::min(close + 1, rest->size()));
  return value;
}

}  // namespace

std::string_view FormatParser::Parse(std::string_view record, const MappingContext& context,
                                     JsonReader* json, std::vector<AccessEvent>* events) {
  switch (format_.kind) {
    case FormatKind::kNative: {
      if (record[record.find_first_not_of(" \t\r\n")] != '{') return "bad-json";
      const auto event = ParseNativeEvent(record, *context.proxies, json, context.arena);
      if (!event) return event.error();
      events->push_back(*event);
      return "";
    }
    case FormatKind::kNcsa: {
      const size_t first = record.find_first_not_of(" \t\r\n");
      const auto event = ParseNcsaLine(WithoutLineEnd(record.substr(first)));
      if (!event) return event.error();
      events->push_back(*event);
      return "";
    }
    case FormatKind::kJson:
      return ParseJson(record, context, json, events);
    default:
      return ParseText(WithoutLineEnd(record), context, events);
  }
}

void FormatParser::Clear() {
  std::fill(slots_.begin(), slots_.end(), Slot{});
  joined_.clear();
}

std::string_view FormatParser::Emit(const FieldTexts* set, size_t times,
                                    const MappingContext& context, Events* events) {
  if (!Hold(format_.match, slots_)) return "other-format";
  if (!Hold(format_.when, slots_)) return "not-an-event";
  AccessEvent event;
  const auto reason = MapEvent(format_, slots_, set, context, &event);
  if (!reason.empty()) return reason;
  events->insert(events->end(), times, event);
  return "";
}

// --- Lines.

std::string_view FormatParser::ParseText(std::string_view line, const MappingContext& context,
                                         Events* events) {
  Clear();
  size_t times = 1;
  bool framed = false;
  if (format_.syslog != SyslogFrame::kNo) {
    if (const auto frame = ParseSyslogFrame(line)) {
      framed = format_.programs.empty() ||
               std::find(format_.programs.begin(), format_.programs.end(), frame->program) !=
                   format_.programs.end();
      if (!framed && format_.syslog == SyslogFrame::kYes) return "other-format";
      if (framed) {
        line = frame->message;
        times = Unfold(&line);
        slots_[0] = {frame->time};
        slots_[1] = {frame->host};
        slots_[2] = {frame->program};
      }
    } else if (format_.syslog == SyslogFrame::kYes) {
      return "bad-line";
    }
  }
  if (!format_.header.empty() && line.starts_with('#')) {
    if (line.starts_with(format_.header)) LearnColumns(line.substr(format_.header.size()));
    return "not-an-event";
  }
  const FieldTexts* set = nullptr;
  if (Extract(line, &set)) return Emit(set, times, context, events);
  if (framed && format_.syslog == SyslogFrame::kYes) return "not-an-event";
  const bool known =
      std::any_of(format_.skip.begin(), format_.skip.end(), [&](const SharedRegex& pattern) {
        return re2::RE2::PartialMatch({line.data(), line.size()}, *pattern);
      });
  return known ? "not-an-event" : "bad-line";
}

bool FormatParser::Extract(std::string_view line, const FieldTexts** set) {
  if (format_.kind == FormatKind::kColumns) return ExtractColumns(line);
  if (format_.kind == FormatKind::kLogfmt) return ExtractLogfmt(line);
  for (const LinePattern& pattern : format_.lines) {
    if (pattern.regex ? !ExtractRegex(pattern, line) : !pattern.line.Match(line, &slots_)) {
      // What did not fit may have left some filled.
      std::fill(slots_.begin() + (format_.syslog == SyslogFrame::kNo ? 0 : 3), slots_.end(),
                Slot{});
      continue;
    }
    *set = &pattern.set;
    return true;
  }
  return false;
}

bool FormatParser::ExtractRegex(const LinePattern& pattern, std::string_view line) {
  std::array<re2::StringPiece, kMostGroups> groups;
  const int count = std::min<int>(static_cast<int>(pattern.groups.size()) + 1, kMostGroups);
  if (!pattern.regex->Match({line.data(), line.size()}, 0, line.size(), re2::RE2::UNANCHORED,
                            groups.data(), count))
    return false;
  for (int i = 1; i < count; ++i) {
    const int slot = pattern.groups[static_cast<size_t>(i) - 1];
    const auto& group = groups[static_cast<size_t>(i)];
    if (slot >= 0 && group.data() != nullptr)
      slots_[static_cast<size_t>(slot)] = {{group.data(), group.size()}};
  }
  return true;
}

bool FormatParser::ExtractColumns(std::string_view line) {
  size_t i = 0;
  for (; i < columns_.size(); ++i) {
    if (i > 0 && line.empty()) return false;
    const auto column = TakeColumn(&line, format_.separator);
    if (columns_[i] >= 0) slots_[static_cast<size_t>(columns_[i])] = {column};
  }
  return true;
}

void FormatParser::LearnColumns(std::string_view names) {
  columns_.clear();
  while (!names.empty()) {
    const size_t end = std::min(names.find_first_of(" \t,"), names.size());
    const auto name = names.substr(0, end);
    names.remove_prefix(std::min(end + 1, names.size()));
    if (name.empty()) continue;
    const auto at = std::find(format_.slots.begin(), format_.slots.end(), name);
    columns_.push_back(at == format_.slots.end() ? -1
                                                 : static_cast<int>(at - format_.slots.begin()));
  }
}

bool FormatParser::ExtractLogfmt(std::string_view line) {
  bool found = false;
  while (!line.empty()) {
    const size_t start = line.find_first_not_of(' ');
    if (start == npos) break;
    line.remove_prefix(start);
    const size_t end = line.find_first_of("= ");
    if (end == npos) break;
    const auto key = line.substr(0, end);
    const bool has_value = line[end] == '=';
    line.remove_prefix(end + 1);
    if (!has_value) continue;
    const auto value = TakeValue(&line);
    const int slot = format_.keys.Find(key);
    if (slot < 0) continue;
    slots_[static_cast<size_t>(slot)] = {value};
    found = true;
  }
  return found;
}

}  // namespace leaktrip

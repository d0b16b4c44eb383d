#include "detectors/access/event_time.h"

#include <array>
#include <charconv>
#include <chrono>
#include <cmath>

namespace leaktrip {
namespace {

constexpr Millis kDay = 86'400'000;
constexpr double kEndOfTime = 253402300800e3;  // year 10000

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

struct Fields {
  int year = -1, month = -1, day = -1, hour = -1, minute = -1, second = -1, millis = 0;
  std::optional<int> zone;
};

class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  // One to `most` digits; -1 when there are none.
  int Number(size_t most) {
    int value = 0;
    size_t n = 0;
    for (; n < most && n < rest_.size() && IsDigit(rest_[n]); ++n)
      value = value * 10 + (rest_[n] - '0');
    rest_.remove_prefix(n);
    return n == 0 ? -1 : value;
  }
  bool Skip(std::string_view any_of) {
    if (rest_.empty() || any_of.find(rest_.front()) == std::string_view::npos) return false;
    rest_.remove_prefix(1);
    return true;
  }
  void Spaces() {
    while (Skip(" ")) {
    }
  }
  std::string_view Word() {
    size_t n = 0;
    while (n < rest_.size() && IsLetter(rest_[n])) ++n;
    const auto word = rest_.substr(0, n);
    rest_.remove_prefix(n);
    return word;
  }
  int Month() {
    constexpr std::string_view kNames = "JanFebMarAprMayJunJulAugSepOctNovDec";
    if (rest_.size() < 3) return -1;
    const size_t at = kNames.find(rest_.substr(0, 3));
    if (at == std::string_view::npos || at % 3 != 0) return -1;
    rest_.remove_prefix(3);
    return static_cast<int>(at / 3) + 1;
  }
  // "13:55:36", "13:55:36.123"
  bool Clock(Fields* fields) {
    fields->hour = Number(2);
    if (!Skip(":")) return false;
    fields->minute = Number(2);
    if (!Skip(":")) return false;
    fields->second = Number(2);
    if (fields->hour < 0 || fields->minute < 0 || fields->second < 0) return false;
    if (rest_.size() > 1 && (rest_[0] == '.' || rest_[0] == ',') && IsDigit(rest_[1])) {
      rest_.remove_prefix(1);
      int scale = 100;
      for (; !rest_.empty() && IsDigit(rest_[0]); scale /= 10, rest_.remove_prefix(1))
        fields->millis += (rest_[0] - '0') * scale;
    }
    return true;
  }
  // True when there is none, or a good one.
  bool Zone(Fields* fields) {
    Spaces();
    if (rest_.empty()) return true;
    if (rest_[0] != '+' && rest_[0] != '-') return NamedZone(fields);
    const int sign = rest_[0] == '-' ? -1 : 1;
    rest_.remove_prefix(1);
    const int hours = Number(2);
    Skip(":");
    const int minutes = rest_.empty() ? 0 : Number(2);
    if (hours < 0 || hours > 18 || minutes < 0 || minutes > 59) return false;
    fields->zone = sign * (hours * 60 + minutes);
    if (rest_ == " UTC") rest_ = {};  // "… +0000 UTC"
    return true;
  }
  bool AtEnd() const { return rest_.empty(); }
  char Peek(size_t i = 0) const { return i < rest_.size() ? rest_[i] : '\0'; }

 private:
  // Those of RFC 2822; any other abbreviation means several zones.
  bool NamedZone(Fields* fields) {
    static constexpr std::pair<std::string_view, int> kZones[] = {
        {"Z", 0},    {"z", 0},    {"UTC", 0},  {"GMT", 0},  {"UT", 0},   {"EST", -5}, {"EDT", -4},
        {"CST", -6}, {"CDT", -5}, {"MST", -7}, {"MDT", -6}, {"PST", -8}, {"PDT", -7}};
    const auto word = Word();
    for (const auto& [name, hours] : kZones)
      if (word == name) return fields->zone = hours * 60, true;
    return false;
  }

  std::string_view rest_;
};

std::optional<Millis> ToMillis(const Fields& f, const TimeContext& context) {
  const auto time = CivilTime(f.year, f.month, f.day, f.hour, f.minute, f.second);
  if (!time) return std::nullopt;
  return *time + f.millis - Millis{f.zone.value_or(context.zone_minutes)} * 60'000;
}

std::optional<Millis> WithYearNear(Fields f, const TimeContext& context) {
  if (context.near == 0) return std::nullopt;
  const std::chrono::sys_time<std::chrono::milliseconds> latest{
      std::chrono::milliseconds(context.near + kDay)};
  const std::chrono::year_month_day date(std::chrono::floor<std::chrono::days>(latest));
  // A 29 February may lie eight years back.
  for (f.year = static_cast<int>(date.year()); f.year > static_cast<int>(date.year()) - 9; --f.year)
    if (const auto time = ToMillis(f, context); time && *time <= context.near + kDay) return time;
  return std::nullopt;
}

std::optional<Millis> Epoch(std::string_view text) {
  double number = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (code != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (number < 1e11)
    number *= 1e3;
  else if (number >= 1e17)
    number /= 1e6;
  else if (number >= 1e14)
    number /= 1e3;
  if (!(number >= 0 && number < kEndOfTime)) return std::nullopt;
  return static_cast<Millis>(std::floor(number + 1e-4));
}

int FullYear(int year) { return year < 70 ? year + 2000 : year < 100 ? year + 1900 : year; }

// "2024-03-04T00:00:19"
std::optional<Millis> Iso(std::string_view text, const TimeContext& context) {
  Reader reader(text);
  Fields fields;
  fields.year = reader.Number(4);
  if (!reader.Skip("-/")) return std::nullopt;
  fields.month = reader.Number(2);
  if (!reader.Skip("-/")) return std::nullopt;
  fields.day = reader.Number(2);
  if (!reader.Skip("Tt _") || !reader.Clock(&fields) || !reader.Zone(&fields) || !reader.AtEnd())
    return std::nullopt;
  return ToMillis(fields, context);
}

// "04/Mar/2024:00:00:19 +0000", "04 Mar 2024 00:00:19 GMT", "04-Mar-24 00:00:19 GMT"
std::optional<Millis> DayFirst(std::string_view text, const TimeContext& context) {
  Reader reader(text);
  Fields fields;
  fields.day = reader.Number(2);
  if (!reader.Skip("/ -")) return std::nullopt;
  fields.month = reader.Month();
  if (!reader.Skip("/ -")) return std::nullopt;
  fields.year = FullYear(reader.Number(4));
  if (!reader.Skip(": ") || !reader.Clock(&fields) || !reader.Zone(&fields) || !reader.AtEnd())
    return std::nullopt;
  return ToMillis(fields, context);
}

// "Mar  4 00:00:19", "Mar  4 2024 00:00:19", "Mar  4 00:00:19 2024", "Mar  4 00:00:19 UTC 2024"
std::optional<Millis> MonthFirst(std::string_view text, const TimeContext& context) {
  Reader reader(text);
  Fields fields;
  fields.month = reader.Month();
  reader.Spaces();
  fields.day = reader.Number(2);
  reader.Spaces();
  if (IsDigit(reader.Peek(2)) && reader.Peek(4) == ' ') {
    fields.year = reader.Number(4);
    reader.Spaces();
  }
  if (fields.month < 0 || !reader.Clock(&fields)) return std::nullopt;
  reader.Spaces();
  if (!IsDigit(reader.Peek()) && !reader.Zone(&fields)) return std::nullopt;
  reader.Spaces();
  if (fields.year < 0) fields.year = reader.Number(4);
  if (!reader.AtEnd()) return std::nullopt;
  return fields.year < 0 ? WithYearNear(fields, context) : ToMillis(fields, context);
}

bool StartsWithDayName(std::string_view text) {
  constexpr std::string_view kNames = "MonTueWedThuFriSatSun";
  const size_t at = text.size() < 3 ? std::string_view::npos : kNames.find(text.substr(0, 3));
  return at != std::string_view::npos && at % 3 == 0;
}

}  // namespace

std::optional<Millis> ParseEventTime(std::string_view text, const TimeContext& context) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '[')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == ']')) text.remove_suffix(1);
  if (text.empty() || text.size() > 64) return std::nullopt;
  if (StartsWithDayName(text)) {
    size_t n = 0;
    while (n < text.size() && (IsLetter(text[n]) || text[n] == ',' || text[n] == ' ')) {
      if (n > 0 && text[n - 1] == ' ' && IsLetter(text[n])) break;  // a month
      ++n;
    }
    text.remove_prefix(n);
    if (text.empty()) return std::nullopt;
  }
  if (IsLetter(text[0])) return MonthFirst(text, context);
  if (!IsDigit(text[0])) return std::nullopt;
  size_t digits = 1;
  while (digits < text.size() && IsDigit(text[digits])) ++digits;
  const char next = digits < text.size() ? text[digits] : '\0';
  if (digits == 4 && (next == '-' || next == '/')) return Iso(text, context);
  if (digits <= 2 && (next == '/' || next == ' ' || next == '-')) return DayFirst(text, context);
  return Epoch(text);
}

}  // namespace leaktrip

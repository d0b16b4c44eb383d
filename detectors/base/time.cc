#include "detectors/base/time.h"

#include <array>
#include <charconv>
#include <chrono>
#include <cstdio>

namespace leaktrip {
namespace {

namespace chrono = std::chrono;

// Reads exactly `width` digits and moves past them; -1 when they are not there.
int Digits(std::string_view* text, size_t width) {
  if (text->size() < width) return -1;
  int value = 0;
  for (size_t i = 0; i < width; ++i) {
    const char c = (*text)[i];
    if (c < '0' || c > '9') return -1;
    value = value * 10 + (c - '0');
  }
  text->remove_prefix(width);
  return value;
}

bool Skip(std::string_view* text, std::string_view any_of) {
  if (text->empty() || any_of.find(text->front()) == std::string_view::npos) return false;
  text->remove_prefix(1);
  return true;
}

int Fraction(std::string_view* text) {
  int millis = 0, scale = 100;
  while (!text->empty() && text->front() >= '0' && text->front() <= '9') {
    millis += (text->front() - '0') * scale;
    scale /= 10;
    text->remove_prefix(1);
  }
  return millis;
}

// "Z", "+02:00", "+0200" at the end of a time; the offset in minutes.
std::optional<int> Offset(std::string_view text) {
  if (text == "Z" || text == "z") return 0;
  if (text.empty() || (text[0] != '+' && text[0] != '-')) return std::nullopt;
  const int sign = text[0] == '-' ? -1 : 1;
  text.remove_prefix(1);
  const int hours = Digits(&text, 2);
  Skip(&text, ":");
  const int minutes = Digits(&text, 2);
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59 || !text.empty()) return std::nullopt;
  return sign * (hours * 60 + minutes);
}

}  // namespace

std::optional<Millis> CivilTime(int year, int month, int day, int hour, int minute, int second) {
  const chrono::year_month_day date{chrono::year(year), chrono::month(static_cast<unsigned>(month)),
                                    chrono::day(static_cast<unsigned>(day))};
  if (year < 1970 || year > 9999 || !date.ok()) return std::nullopt;
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60)
    return std::nullopt;
  const int64_t days = chrono::sys_days(date).time_since_epoch().count();
  return ((days * 24 + hour) * 60 + minute) * 60'000 + (second == 60 ? 59 : second) * 1000;
}

std::optional<Millis> ParseTime(std::string_view text) {
  const int year = Digits(&text, 4);
  if (!Skip(&text, "-")) return std::nullopt;
  const int month = Digits(&text, 2);
  if (!Skip(&text, "-")) return std::nullopt;
  const int day = Digits(&text, 2);
  if (!Skip(&text, "Tt ")) return std::nullopt;
  const int hour = Digits(&text, 2);
  if (!Skip(&text, ":")) return std::nullopt;
  const int minute = Digits(&text, 2);
  if (!Skip(&text, ":")) return std::nullopt;
  const int second = Digits(&text, 2);
  const int millis = Skip(&text, ".,") ? Fraction(&text) : 0;
  const auto offset = Offset(text);
  if (year < 0 || month < 0 || day < 0 || !offset) return std::nullopt;
  const auto time = CivilTime(year, month, day, hour, minute, second);
  if (!time) return std::nullopt;
  return *time + millis - int64_t{*offset} * 60'000;
}

std::string FormatTime(Millis time) {
  const chrono::sys_time<chrono::milliseconds> point{chrono::milliseconds(time)};
  const auto days = chrono::floor<chrono::days>(point);
  const chrono::year_month_day date(days);
  const chrono::hh_mm_ss clock(point - days);
  std::array<char, 40> text{};
  int size = std::snprintf(
      text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d", static_cast<int>(date.year()),
      static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
      static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
      static_cast<int>(clock.seconds().count()));
  std::string out(text.data(), static_cast<size_t>(size));
  if (const auto millis = clock.subseconds().count(); millis != 0) {
    size = std::snprintf(text.data(), text.size(), ".%03d", static_cast<int>(millis));
    out.append(text.data(), static_cast<size_t>(size));
  }
  return out + "Z";
}

}  // namespace leaktrip

#include "detectors/leak/signed_url.h"

#include <charconv>
#include <string>

#include "detectors/base/encoding.h"
#include "detectors/leak/char_class.h"

namespace leaktrip {
namespace {

constexpr CharClass kParameterStart{"?&; \"'"};
constexpr CharClass kValueEnd{"&; \"'<>\\"};

// The value of a parameter, percent-decoded; empty when there is none.
std::string Parameter(std::string_view text, std::string_view name) {
  for (size_t at = text.find(name); at != std::string_view::npos; at = text.find(name, at + 1)) {
    size_t i = at + name.size();
    if ((at > 0 && !kParameterStart.Has(text[at - 1])) || i >= text.size() || text[i] != '=')
      continue;
    std::string value;
    for (++i; i < text.size() && !kValueEnd.Has(text[i]); ++i) {
      const auto byte =
          text[i] == '%' ? HexDecode(text.substr(i + 1, 2)) : std::optional<std::string>();
      value += byte && !byte->empty() ? (*byte)[0] : text[i];
      if (byte && !byte->empty()) i += 2;
    }
    return value;
  }
  return {};
}

std::optional<int64_t> Number(std::string_view text) {
  int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  constexpr int64_t kMost = 100'000'000'000;  // seconds; the year 5138
  if (error != std::errc() || end != text.data() + text.size() || value < 0 || value > kMost)
    return std::nullopt;
  return value;
}

// 20260314T052109Z
std::optional<Millis> CompactTime(std::string_view text) {
  if (text.size() != 16 || text[8] != 'T' || text[15] != 'Z') return std::nullopt;
  const std::string date(text.substr(0, 8)), time(text.substr(9, 6));
  return ParseTime(date.substr(0, 4) + "-" + date.substr(4, 2) + "-" + date.substr(6) + "T" +
                   time.substr(0, 2) + ":" + time.substr(2, 2) + ":" + time.substr(4) + "Z");
}

std::optional<Millis> DatePlusSeconds(std::string_view text, const std::string& prefix) {
  const auto date = CompactTime(Parameter(text, prefix + "Date"));
  const auto seconds = Number(Parameter(text, prefix + "Expires"));
  if (!date || !seconds) return std::nullopt;
  return *date + *seconds * 1000;
}

std::optional<Millis> Seconds(std::string_view value) {
  const auto seconds = Number(value);
  return seconds ? std::optional(*seconds * 1000) : std::nullopt;
}

// A time of Azure: a date, with or without a time of day, or seconds.
std::optional<Millis> AzureTime(const std::string& value) {
  constexpr size_t kDate = 10, kMinutes = 17;
  if (const auto seconds = Seconds(value)) return seconds;
  if (value.size() == kDate) return ParseTime(value + "T00:00:00Z");
  if (value.size() == kMinutes && value.back() == 'Z')
    return ParseTime(value.substr(0, kMinutes - 1) + ":00Z");
  return ParseTime(value);
}

}  // namespace

std::optional<Millis> SignedUrlExpiry(std::string_view parameters) {
  for (const auto* prefix : {"X-Amz-", "X-Goog-"})
    if (const auto expiry = DatePlusSeconds(parameters, prefix)) return expiry;
  for (const auto* name : {"Expires", "CloudFront-Expires"})
    if (const std::string value = Parameter(parameters, name); !value.empty())
      return Seconds(value);
  if (const std::string value = Parameter(parameters, "se"); !value.empty())
    return AzureTime(value);
  return std::nullopt;
}

}  // namespace leaktrip

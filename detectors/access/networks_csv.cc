// Networks from CSV.
#include <charconv>

#include "detectors/access/csv_fields.h"
#include "detectors/access/network_ranges.h"

namespace leaktrip {
namespace {

constexpr std::string_view kHeader = "cidr,asn,as_name,country,lat,lon[,kind]";
constexpr size_t kMostErrors = 20;

template <typename Number>
bool ParseNumber(std::string_view text, Number* number) {
  if (text.empty()) return *number = 0, true;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), *number);
  return code == std::errc() && end == text.data() + text.size();
}

bool ParseCidr(std::string_view text, IpAddress* first, IpAddress* last) {
  const size_t slash = text.find('/');
  const auto ip = IpAddress::Parse(text.substr(0, slash));
  if (!ip) return false;
  const int most = ip->IsV4() ? 32 : 128;
  int bits = most;
  if (slash != std::string_view::npos &&
      (slash + 1 == text.size() || !ParseNumber(text.substr(slash + 1), &bits)))
    return false;
  if (bits < 0 || bits > most) return false;
  *first = ip->Masked(bits);
  *last = *first;
  for (int bit = ip->IsV4() ? bits + 96 : bits; bit < 128; ++bit)
    last->bytes[static_cast<size_t>(bit / 8)] |= static_cast<uint8_t>(0x80 >> (bit % 8));
  return true;
}

// "" or what is wrong with the line.
std::string ParseLine(std::string_view line, IpAddress* first, IpAddress* last,
                      NetworkFacts* facts) {
  auto fields = CsvFields(line);
  if (!fields) return "a quote does not end";
  if (fields->size() != 6 && fields->size() != 7)
    return "has " + std::to_string(fields->size()) +
           " fields; it needs 6 or 7: " + std::string(kHeader);
  if (!ParseCidr((*fields)[0], first, last))
    return "`" + (*fields)[0].substr(0, 60) + "` is not a network such as 192.0.2.0/24";
  if (!ParseNumber((*fields)[1], &facts->asn)) return "the AS number is not a number";
  if (!ParseNumber((*fields)[4], &facts->latitude) ||
      !(facts->latitude >= -90 && facts->latitude <= 90))
    return "the latitude is not a number from -90 to 90";
  if (!ParseNumber((*fields)[5], &facts->longitude) ||
      !(facts->longitude >= -180 && facts->longitude <= 180))
    return "the longitude is not a number from -180 to 180";
  if (const auto& country = (*fields)[3]; !country.empty() && country.size() != 2)
    return "the country is not two letters";
  facts->as_name = (*fields)[2].substr(0, 100);
  facts->country = (*fields)[3];
  if (fields->size() == 7) {
    const auto kind = NetworkKindOf((*fields)[6]);
    if (!kind) return "the kind is none of eyeball, hosting, mobile and vpn";
    facts->kind = *kind;
  }
  return {};
}

}  // namespace

Result<NetworkRanges> RangesFromCsv(std::string_view text, const std::string& file) {
  NetworkRanges ranges;
  Errors errors;
  for (int number = 1; !text.empty(); ++number) {
    const size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty() || line.front() == '#' || (number == 1 && line.starts_with("cidr,"))) continue;
    IpAddress first, last;
    NetworkFacts facts;
    if (auto wrong = ParseLine(line, &first, &last, &facts); !wrong.empty()) {
      errors.push_back({Code::kInvalid, std::move(wrong), {file, number, 1}});
      if (errors.size() >= kMostErrors) break;
      continue;
    }
    ranges.Add(first, last, ranges.Keep(std::move(facts)));
  }
  if (!errors.empty()) {
    Error all = errors.front();
    for (size_t i = 1; i < errors.size(); ++i) all.message += "\n" + errors[i].ToString();
    return std::unexpected(std::move(all));
  }
  ranges.Finish();
  return ranges;
}

}  // namespace leaktrip

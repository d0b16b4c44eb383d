#include "detectors/access/ncsa_line.h"

#include <array>
#include <charconv>

#include "detectors/access/query_token.h"

namespace leaktrip {
namespace {

using Unexpected = std::unexpected<std::string_view>;

// Takes up to the separator; everything when there is none.
std::string_view Take(std::string_view* rest, char separator) {
  const size_t end = rest->find(separator);
  const auto word = rest->substr(0, end);
  rest->remove_prefix(end == std::string_view::npos ? rest->size() : end + 1);
  return word;
}

// Takes a quoted text; a backslash protects the next character. False when it is not there.
bool TakeQuoted(std::string_view* rest, std::string_view* text) {
  if (!rest->starts_with('"')) return false;
  for (size_t i = 1; i < rest->size(); ++i) {
    if ((*rest)[i] == '\\') {
      ++i;
    } else if ((*rest)[i] == '"') {
      *text = rest->substr(1, i - 1);
      rest->remove_prefix(std::min(i + 2, rest->size()));
      return true;
    }
  }
  return false;
}

template <typename Number>
bool ToNumber(std::string_view text, Number* number) {
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), *number);
  return code == std::errc() && end == text.data() + text.size();
}

int Month(std::string_view name) {
  constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  for (size_t i = 0; i < kMonths.size(); ++i)
    if (name == kMonths[i]) return static_cast<int>(i) + 1;
  return 0;
}

// "10/Oct/2000:13:55:36 -0700"
std::optional<Millis> ParseNcsaTime(std::string_view text) {
  if (text.size() != 26 || text[2] != '/' || text[6] != '/' || text[11] != ':' || text[14] != ':' ||
      text[17] != ':' || text[20] != ' ' || (text[21] != '+' && text[21] != '-'))
    return std::nullopt;
  int day = 0, year = 0, hour = 0, minute = 0, second = 0, off_hour = 0, off_minute = 0;
  if (!ToNumber(text.substr(0, 2), &day) || !ToNumber(text.substr(7, 4), &year) ||
      !ToNumber(text.substr(12, 2), &hour) || !ToNumber(text.substr(15, 2), &minute) ||
      !ToNumber(text.substr(18, 2), &second) || !ToNumber(text.substr(22, 2), &off_hour) ||
      !ToNumber(text.substr(24, 2), &off_minute))
    return std::nullopt;
  const auto time = CivilTime(year, Month(text.substr(3, 3)), day, hour, minute, second);
  if (!time) return std::nullopt;
  const Millis offset = Millis{off_hour * 60 + off_minute} * 60'000;
  return text[21] == '-' ? *time + offset : *time - offset;
}

std::string_view OrNothing(std::string_view field) { return field == "-" ? "" : field; }

// "client ident user " with, in front, maybe a virtual host and its port.
void SetClient(std::string_view head, AccessEvent* event) {
  std::string_view first = Take(&head, ' ');
  event->client_ip = IpAddress::Parse(first);
  if (!event->client_ip) {
    std::string_view after = head;
    if (const auto ip = IpAddress::Parse(Take(&after, ' '))) {
      event->host = first.substr(0, first.find(':'));
      event->client_ip = ip;
      head = after;
    }
  }
  Take(&head, ' ');  // ident
  event->user = OrNothing(head).substr(0, kMostUserBytes);
}

}  // namespace

void SetTarget(std::string_view target, AccessEvent* event) {
  const size_t query = target.find('?');
  event->path = target.substr(0, query);
  if (query != std::string_view::npos && !event->token)
    event->token = QueryToken(target.substr(query + 1));
}

std::expected<AccessEvent, std::string_view> ParseNcsaLine(std::string_view line) {
  AccessEvent event;
  const size_t bracket = line.find(" [");
  const size_t close = line.find("] ", bracket == std::string_view::npos ? 0 : bracket);
  if (bracket == std::string_view::npos || close == std::string_view::npos)
    return Unexpected("bad-line");
  const auto time = ParseNcsaTime(line.substr(bracket + 2, close - bracket - 2));
  if (!time) return Unexpected("bad-time");
  event.ts = *time;
  SetClient(line.substr(0, bracket), &event);
  std::string_view rest = line.substr(close + 2);
  std::string_view request, ignored;
  if (!TakeQuoted(&rest, &request)) return Unexpected("bad-line");
  event.method = OrNothing(Take(&request, ' ')).substr(0, 32);
  if (const size_t version = request.rfind(" HTTP/"); version != std::string_view::npos)
    request = request.substr(0, version);
  SetTarget(OrNothing(request), &event);
  const auto status = OrNothing(Take(&rest, ' '));
  if (!status.empty() && (!ToNumber(status, &event.status) || event.status > 999))
    return Unexpected("bad-status");
  const auto bytes = OrNothing(Take(&rest, ' '));
  if (!bytes.empty() && !ToNumber(bytes, &event.bytes)) return Unexpected("bad-line");
  if (TakeQuoted(&rest, &ignored)) {
    std::string_view agent;
    if (TakeQuoted(&rest, &agent)) event.user_agent = OrNothing(agent);
  }
  return event;
}

}  // namespace leaktrip

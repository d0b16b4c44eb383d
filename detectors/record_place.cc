#include "detectors/record_place.h"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <optional>

#include "detectors/access/ncsa_line.h"
#include "detectors/access/words.h"

namespace leaktrip {
namespace {

namespace json = simdjson::ondemand;

constexpr size_t kMostRecord = 64 << 10;
constexpr size_t kMostText = 128;
constexpr int kMostDepth = 4;

// The better name first: a proxy's log names both the request and its own file.
constexpr std::array<std::string_view, 11> kHostNames = {"host.name",
                                                         "hostname",
                                                         "host_name",
                                                         "host",
                                                         "kubernetes.pod_name",
                                                         "pod",
                                                         "kubernetes.pod.name",
                                                         "kubernetes.host",
                                                         "server",
                                                         "node",
                                                         "instance"};
constexpr std::array<std::string_view, 14> kPathNames = {
    "path",         "url.path",    "request_path",  "request.path", "uri",
    "request.uri",  "request_uri", "url",           "request.url",  "http.target",
    "http.request", "request",     "log.file.path", "file"};

template <size_t N>
size_t RankOf(const std::array<std::string_view, N>& names, std::string_view name) {
  return static_cast<size_t>(std::find(names.begin(), names.end(), name) - names.begin());
}

std::string PlainHost(std::string_view host) {
  // A name that is longer than a name may be is none.
  return host.size() > 253 || host.find(' ') != std::string_view::npos ? std::string()
                                                                       : Plain(host, kMostText);
}

class JsonPlaces {
 public:
  void Visit(json::object object, const std::string& prefix, int depth) {
    for (auto field : object) {
      std::string_view key;
      if (field.unescaped_key().get(key)) return;
      const std::string name = prefix.empty() ? std::string(key) : prefix + "." + std::string(key);
      json::value value;
      if (field.value().get(value)) return;
      VisitValue(value, name, depth);
    }
  }

  RecordPlace Take() const { return {PlainHost(host_), PlainPath(path_)}; }

 private:
  void VisitValue(json::value value, const std::string& name, int depth) {
    json::json_type type;
    if (value.type().get(type)) return;
    if (type == json::json_type::object && depth < kMostDepth) {
      json::object inner;
      if (!value.get_object().get(inner)) Visit(inner, name, depth + 1);
      return;
    }
    std::string_view text;
    if (type != json::json_type::string || value.get_string().get(text)) return;
    Offer(RankOf(kHostNames, name), text, &host_rank_, &host_);
    Offer(RankOf(kPathNames, name), text, &path_rank_, &path_);
  }

  static void Offer(size_t rank, std::string_view text, size_t* best, std::string* target) {
    if (rank >= *best || text.empty()) return;
    *best = rank;
    *target = text;
  }

  size_t host_rank_ = kHostNames.size(), path_rank_ = kPathNames.size();
  std::string host_, path_;
};

std::optional<RecordPlace> OfJson(std::string_view record) {
  if (!record.starts_with('{')) return std::nullopt;
  thread_local json::parser parser;
  const simdjson::padded_string padded(record);
  json::document document;
  json::object object;
  if (parser.iterate(padded).get(document) || document.get_object().get(object))
    return std::nullopt;
  JsonPlaces places;
  places.Visit(object, "", 1);
  return places.Take();
}

std::string_view Word(std::string_view* text) {
  text->remove_prefix(std::min(text->find_first_not_of(' '), text->size()));
  const std::string_view word = text->substr(0, text->find(' '));
  text->remove_prefix(word.size());
  return word;
}

bool IsMonth(std::string_view word) {
  constexpr std::string_view kMonths = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec";
  return word.size() == 3 && kMonths.find(word) != std::string_view::npos;
}

// "<13>Nov 24 10:00:00 web-1 app[7]: …" or "<13>1 2026-11-24T10:00:00Z web-1 app …".
std::string SyslogHost(std::string_view record) {
  const bool priority = record.starts_with('<') && record.substr(0, 6).find('>') < 6;
  if (priority) record.remove_prefix(record.find('>') + 1);
  const std::string_view first = Word(&record);
  if (priority && first == "1") {
    Word(&record);
    return PlainHost(Word(&record));
  }
  if (!IsMonth(first)) return {};
  const std::string_view day = Word(&record);
  const std::string_view time = Word(&record);
  const std::string_view host = Word(&record);
  const bool header = !day.empty() && day.size() <= 2 && time.size() >= 8 && time[2] == ':' &&
                      !Word(&record).empty();
  return header ? PlainHost(host) : std::string();
}

// The value of `name=value` or `name="value"` in logfmt.
std::string_view LogfmtValue(std::string_view record, std::string_view name) {
  for (size_t at = record.find(name); at != std::string_view::npos;
       at = record.find(name, at + 1)) {
    const size_t equals = at + name.size();
    if ((at > 0 && record[at - 1] != ' ') || equals >= record.size() || record[equals] != '=')
      continue;
    std::string_view value = record.substr(equals + 1);
    if (!value.starts_with('"')) return value.substr(0, value.find(' '));
    value.remove_prefix(1);
    return value.substr(0, value.find('"'));
  }
  return {};
}

RecordPlace OfLine(std::string_view line) {
  RecordPlace place;
  if (const auto event = ParseNcsaLine(line)) {
    place.host = PlainHost(event->host);
    place.path = PlainPath(event->path);
    return place;
  }
  place.host = SyslogHost(line);
  for (const auto name : kHostNames)
    if (place.host.empty()) place.host = PlainHost(LogfmtValue(line, name));
  for (const auto name : kPathNames)
    if (place.path.empty()) place.path = PlainPath(LogfmtValue(line, name));
  return place;
}

// Letters alone are a word, short digits a version; long digits and mixtures are made by machines.
bool LooksRandom(std::string_view segment) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  const auto digits = std::count_if(segment.begin(), segment.end(), is_digit);
  if (segment.find('*') != std::string_view::npos || segment.size() > 40) return true;
  if (digits == static_cast<ptrdiff_t>(segment.size())) return digits > 4;
  return segment.size() >= 12 && digits >= 3;
}

}  // namespace

RecordPlace PlaceOf(std::string_view record) {
  record = record.substr(0, kMostRecord);
  if (auto place = OfJson(record)) return *std::move(place);
  return OfLine(record.substr(0, record.find('\n')));
}

std::string PlainPath(std::string_view path) {
  path = path.substr(0, path.find_first_of("?#; "));
  if (const size_t scheme = path.find("://"); scheme != std::string_view::npos) {
    path.remove_prefix(scheme + 3);
    path.remove_prefix(std::min(path.find('/'), path.size()));
  }
  std::string plain;
  while (!path.empty()) {
    const std::string_view segment = path.substr(0, path.find('/'));
    plain += LooksRandom(segment) ? "*" : segment;
    path.remove_prefix(segment.size());
    if (path.empty()) break;
    plain += '/';
    path.remove_prefix(1);
  }
  return Plain(plain, kMostText);
}

}  // namespace leaktrip

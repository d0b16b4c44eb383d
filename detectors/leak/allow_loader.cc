#include "detectors/leak/allow_loader.h"

#include <re2/re2.h>

#include <algorithm>
#include <utility>

namespace leaktrip {
namespace {

constexpr Millis kDay = 24LL * 60 * 60 * 1000;

// Reports what is no regular expression and takes it out, so that it is reported once.
void CheckRegexes(YamlMap* map, std::string_view key, std::vector<std::string>* patterns) {
  std::erase_if(*patterns, [&](const std::string& pattern) {
    if (key == "topic" && !pattern.starts_with('^')) return false;
    const re2::RE2 regex(pattern, re2::RE2::Quiet);
    if (regex.ok()) return false;
    std::string message = "`" + pattern + "` is no regular expression: " + regex.error();
    if (pattern.starts_with('*')) message += "; write `.*` for any text, this is no file pattern";
    map->Report(key, std::move(message));
    return true;
  });
}

std::vector<std::string> Regexes(YamlMap* map, std::string_view key) {
  auto patterns = map->Strings(key);
  CheckRegexes(map, key, &patterns);
  return patterns;
}

std::vector<Fingerprint> Fingerprints(YamlMap* map) {
  std::vector<Fingerprint> fingerprints;
  for (const auto& hex : map->Strings("fingerprint")) {
    if (const auto fingerprint = Fingerprint::FromHex(hex))
      fingerprints.push_back(*fingerprint);
    else
      map->Report("fingerprint", "a fingerprint is 64 hex digits, as findings show it");
  }
  return fingerprints;
}

// A day holds to its end; a moment to itself.
std::optional<Millis> Expiry(YamlMap* map) {
  const auto text = map->OptionalString("expires");
  if (!text) return std::nullopt;
  if (const auto day = ParseTime(*text + "T00:00:00Z")) return *day + kDay;
  if (const auto moment = ParseTime(*text)) return moment;
  map->Report("expires", "`" + *text + "` is no date; write 2027-01-31");
  return std::nullopt;
}

}  // namespace

AllowEntry ReadAllowEntry(YamlMap map, const std::string& rule) {
  AllowEntry entry;
  entry.place = map.place();
  for (const auto& value : map.Strings("value")) {
    if (value.empty()) map.Report("value", "`value` must not be empty");
    entry.values.push_back(Fingerprint::OfToken(value));
  }
  entry.regexes = Regexes(&map, "regex");
  entry.paths = Regexes(&map, "path");
  entry.topics = Regexes(&map, "topic");
  entry.fingerprints = Fingerprints(&map);
  if (rule.empty())
    entry.rules = map.Strings("rules");
  else
    entry.rules = {rule};
  entry.reason = map.RequiredString("reason");
  entry.expires = Expiry(&map);
  constexpr std::string_view kConditions[] = {"value", "regex", "path", "topic", "fingerprint"};
  if (std::none_of(std::begin(kConditions), std::end(kConditions),
                   [&](std::string_view key) { return map.Has(key); }))
    map.ReportAt(map.place(),
                 "an allow entry needs one of `value`, `regex`, `path`, `topic`, `fingerprint`");
  map.Finish();
  return entry;
}

std::vector<AllowEntry> LoadAllowEntries(const RuleFiles& shipped, const RuleFiles& override_files,
                                         Errors* errors) {
  std::vector<AllowEntry> entries;
  for (const auto* files : {&shipped, &override_files}) {
    for (const auto& [path, text] : *files) {
      if (!path.starts_with("allow/")) continue;
      const auto root = ParseYaml(text, path);
      if (!root) {
        errors->push_back(root.error());
        continue;
      }
      YamlMap file(*root, errors);
      if (!file.Has("allow")) file.Report("allow", "`allow` is missing: a list of entries");
      for (auto& map : file.Maps("allow")) entries.push_back(ReadAllowEntry(std::move(map), ""));
      file.Finish();
    }
  }
  return entries;
}

}  // namespace leaktrip

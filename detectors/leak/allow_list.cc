#include "detectors/leak/allow_list.h"

#include <algorithm>

#include "detectors/base/yaml.h"

namespace leaktrip {
namespace {

std::unique_ptr<re2::RE2> Compile(const std::string& pattern, const Place& place, Errors* errors) {
  re2::RE2::Options options;
  options.set_encoding(re2::RE2::Options::EncodingLatin1);
  options.set_log_errors(false);
  auto regex = std::make_unique<re2::RE2>(pattern, options);
  if (!regex->ok())
    errors->push_back({Code::kInvalid,
                       "`" + pattern + "` is no regular expression: " + regex->error() + " near `" +
                           regex->error_arg() + "`",
                       place});
  return regex;
}

bool Found(std::string_view text, const re2::RE2& regex) {
  return re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), regex);
}

template <typename Regexes>
bool AnyFound(std::string_view text, const Regexes& regexes) {
  return std::any_of(regexes.begin(), regexes.end(),
                     [&](const auto& regex) { return Found(text, *regex); });
}

bool NamesRule(std::string_view name, std::string_view id) {
  return name.ends_with('*') ? id.starts_with(name.substr(0, name.size() - 1)) : name == id;
}

template <typename T>
bool Contains(const std::vector<T>& list, const T& item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

}  // namespace

AllowList::AllowList(std::vector<AllowEntry> entries, Errors* errors)
    : entries_(std::move(entries)) {
  for (size_t i = 0; i < entries_.size(); ++i) {
    const AllowEntry& entry = entries_[i];
    Compiled& compiled = compiled_.emplace_back();
    for (const auto& regex : entry.regexes)
      compiled.secrets.push_back(Compile(regex, entry.place, errors));
    for (const auto& path : entry.paths)
      compiled.paths.push_back(Compile(path, entry.place, errors));
    for (const auto& topic : entry.topics)
      compiled.topics.push_back(
          Compile(topic.starts_with('^') ? topic : "^" + re2::RE2::QuoteMeta(topic) + "$",
                  entry.place, errors));
    for (const auto& digest : entry.values) by_digest_.emplace(digest, i);
    for (const auto& digest : entry.fingerprints) by_digest_.emplace(digest, i);
    if (entry.values.empty() && entry.fingerprints.empty()) others_.push_back(i);
  }
}

const AllowEntry* AllowList::Find(const Finding& finding, const AllowPlace& place,
                                  Millis now) const {
  if (entries_.empty()) return nullptr;
  // The fingerprint of a password is keyed; a value in a file is not.
  const Fingerprint value = finding.rule != nullptr && finding.rule->guessable
                                ? Fingerprint::OfToken(finding.secret.Reveal())
                                : finding.fingerprint;
  size_t first = entries_.size();
  for (const auto& digest : {finding.fingerprint, value})
    for (auto [it, end] = by_digest_.equal_range(digest); it != end; ++it)
      if (Holds(it->second, finding, value, place, now)) first = std::min(first, it->second);
  for (const size_t i : others_) {
    if (i >= first) break;
    if (Holds(i, finding, value, place, now)) first = i;
  }
  return first < entries_.size() ? &entries_[first] : nullptr;
}

bool AllowList::Holds(size_t index, const Finding& finding, const Fingerprint& value,
                      const AllowPlace& place, Millis now) const {
  const AllowEntry& entry = entries_[index];
  const Compiled& compiled = compiled_[index];
  if (entry.expires && *entry.expires <= now) return false;
  if (!entry.rules.empty() &&
      (finding.rule == nullptr ||
       std::none_of(entry.rules.begin(), entry.rules.end(),
                    [&](const auto& name) { return NamesRule(name, finding.rule->id); })))
    return false;
  if (!entry.values.empty() && !Contains(entry.values, value)) return false;
  if (!entry.fingerprints.empty() && !Contains(entry.fingerprints, finding.fingerprint))
    return false;
  if (!compiled.secrets.empty() && !AnyFound(finding.secret.Reveal(), compiled.secrets))
    return false;
  if (!compiled.paths.empty() && (place.path.empty() || !AnyFound(place.path, compiled.paths)))
    return false;
  return compiled.topics.empty() ||
         (!place.topic.empty() && AnyFound(place.topic, compiled.topics));
}

Errors AllowList::Warnings(const std::vector<Rule>& rules, Millis now) const {
  Errors warnings;
  std::vector<std::string_view> ids;
  ids.reserve(rules.size());
  for (const Rule& rule : rules) ids.push_back(rule.id);
  for (const AllowEntry& entry : entries_) {
    if (entry.expires && *entry.expires <= now)
      warnings.push_back({Code::kInvalid,
                          "the allow entry expired at " + FormatTime(*entry.expires) +
                              " and silences nothing; take it out or move `expires`",
                          entry.place});
    for (const auto& id : entry.rules) {
      if (std::any_of(ids.begin(), ids.end(),
                      [&](std::string_view known) { return NamesRule(id, known); }))
        continue;
      const auto guess = DidYouMean(id, ids);
      warnings.push_back({Code::kInvalid,
                          "the allow entry is for the rule `" + id + "`, which is not there" +
                              (guess.empty() ? "" : "; did you mean `" + std::string(guess) + "`?"),
                          entry.place});
    }
  }
  return warnings;
}

std::string AllowWords(const AllowEntry& entry) {
  return entry.place.file + ":" + std::to_string(entry.place.line) + " allows it: " + entry.reason;
}

}  // namespace leaktrip

#include "detectors/import/importer.h"

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <set>

#include "detectors/import/dialect.h"
#include "detectors/leak/engine.h"
#include "detectors/leak/example_maker.h"
#include "detectors/leak/rule_writer.h"

namespace leaktrip {
namespace {

constexpr size_t kMostId = 64;
constexpr size_t kMostExamples = 5;
constexpr size_t kMostExampleBytes = 4000;

// Lower-case letters, digits and single dashes.
std::string Slug(std::string_view text) {
  std::string slug;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80 && std::isalnum(byte) != 0)
      slug += static_cast<char>(std::tolower(byte));
    else if (!slug.empty() && slug.back() != '-')
      slug += '-';
  }
  while (!slug.empty() && slug.back() == '-') slug.pop_back();
  return slug;
}

std::string IdOf(const ForeignRule& rule, const std::string& prefix) {
  std::string id = Slug(rule.id);
  if (!id.starts_with(prefix)) id = prefix + id;
  if (id.size() > kMostId) id.resize(kMostId);
  return id;
}

// "np.acme.1" and "kingfisher.acme.1" say it second, "acme-api-token" first.
std::string ProviderOf(const ForeignRule& rule) {
  const size_t dot = rule.id.find('.');
  std::string rest = dot == std::string::npos ? rule.id : rule.id.substr(dot + 1);
  rest = rest.substr(0, rest.find('.'));
  if (dot == std::string::npos) rest = Slug(rest).substr(0, Slug(rest).find('-'));
  rest = Slug(rest);
  constexpr std::array<std::string_view, 8> kNobody = {"generic", "private", "password", "jwt",
                                                       "pem",     "curl",    "http",     "uri"};
  return std::find(kNobody.begin(), kNobody.end(), rest) != kNobody.end() ? std::string() : rest;
}

std::string KindOf(const std::string& id) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 11> kKinds = {
      {{"private-key", "private-key"},
       {"password", "password"},
       {"client-secret", "client-secret"},
       {"webhook", "webhook-url"},
       {"refresh-token", "refresh-token"},
       {"access-token", "access-token"},
       {"session", "session-token"},
       {"secret", "secret-key"},
       {"token", "api-token"},
       {"pat", "personal-access-token"},
       {"key", "api-key"}}};
  for (const auto& [word, kind] : kKinds)
    if (id.find(word) != std::string::npos) return std::string(kind);
  return "api-token";
}

std::vector<RuleExample> Examples(const std::vector<std::string>& texts) {
  std::vector<RuleExample> examples;
  for (const auto& text : texts)
    if (examples.size() < kMostExamples && text.size() <= kMostExampleBytes)
      examples.push_back({text, "", {}});
  return examples;
}

Rule Described(const ForeignRule& foreign, const std::string& id) {
  Rule rule;
  rule.id = id;
  rule.provider = ProviderOf(foreign);
  rule.name = foreign.name.empty() ? foreign.id : foreign.name;
  rule.description = foreign.description.empty() ? rule.name : foreign.description;
  rule.kind = KindOf(Slug(foreign.id + " " + foreign.name));
  rule.guessable = rule.kind == "password";
  rule.severity = foreign.severity.value_or(Severity::kHigh);
  rule.confidence =
      foreign.confidence.value_or(rule.provider.empty() ? Confidence::kLow : Confidence::kMedium);
  rule.min_entropy = foreign.min_entropy;
  for (const auto& reference : foreign.references)
    if (reference.starts_with("https://")) rule.references.push_back(reference);
  rule.allowed = foreign.allow;
  for (auto& entry : rule.allowed) entry.rules = {id};
  rule.positive = Examples(foreign.positive);
  rule.negative = Examples(foreign.negative);
  return rule;
}

// The rule, or why there is none.
Result<Rule> Translate(const ForeignRule& foreign, const std::string& id, ImportedRule* word) {
  auto translated = TranslatePattern(foreign.pattern, foreign.secret_group, foreign.keywords);
  if (!translated) {
    const int column = translated.error().place.column;
    return Fail(Code::kInvalid,
                "its pattern cannot be said in the shared dialect: " + translated.error().message +
                    (column > 0 ? ", column " + std::to_string(column) : ""));
  }
  Rule rule = Described(foreign, id);
  rule.pattern = translated->pattern;
  rule.hints = translated->hints;
  rule.multiline = translated->multiline;
  const size_t stated = rule.positive.size() + rule.negative.size();
  if (const auto made = MakeExamples(&rule, std::hash<std::string>{}(id)); !made)
    return std::unexpected(made.error());
  word->notes = translated->notes;
  word->notes.insert(word->notes.end(), foreign.notes.begin(), foreign.notes.end());
  const auto is_own = [](const std::vector<std::string>& own) {
    return [&own](const RuleExample& example) {
      return std::find(own.begin(), own.end(), example.text) != own.end();
    };
  };
  const auto kept = static_cast<size_t>(
      std::count_if(rule.positive.begin(), rule.positive.end(), is_own(foreign.positive)) +
      std::count_if(rule.negative.begin(), rule.negative.end(), is_own(foreign.negative)));
  if (kept < stated)
    word->notes.push_back(std::to_string(stated - kept) + " of its examples do not hold here");
  return rule;
}

// Takes out the rules whose examples fail once all rules are there, in either engine.
void DropFailing(std::vector<Rule>* rules, std::vector<ImportedRule>* words) {
  Errors errors;
  const auto set = CompileRules(*rules, "import", &errors);
  if (set) CheckExamples(set, &errors);
  for (const auto& error : errors) {
    const std::string id = error.message.substr(0, error.message.find(':'));
    std::erase_if(*rules, [&](const Rule& rule) { return rule.id == id; });
    for (auto& word : *words) {
      if (word.id != id) continue;
      word.id.clear();
      word.reason = error.message.substr(std::min(id.size() + 2, error.message.size()));
    }
  }
}

}  // namespace

Import ImportRules(const ForeignFile& file, const std::string& prefix) {
  std::string before = prefix;
  if (before.empty())
    before =
        file.format == ForeignFormat::kNoseyParker ? "np-" : std::string(Name(file.format)) + "-";
  Import import{.files = {}, .rules = {}, .notes = file.notes};
  std::vector<Rule> rules;
  std::set<std::string> ids;
  for (const auto& foreign : file.rules) {
    ImportedRule word{.foreign_id = foreign.id, .place = foreign.place};
    const std::string id = IdOf(foreign, before);
    Result<Rule> rule = Fail(Code::kInvalid, foreign.skip);
    if (foreign.skip.empty()) {
      rule = ids.insert(id).second
                 ? Translate(foreign, id, &word)
                 : Result<Rule>(Fail(Code::kInvalid, "another rule of the file has this id"));
    }
    if (rule) {
      word.id = id;
      rules.push_back(*std::move(rule));
    } else {
      word.reason = rule.error().message;
    }
    import.rules.push_back(std::move(word));
  }
  DropFailing(&rules, &import.rules);
  std::map<std::string, std::vector<Rule>> by_provider;
  for (auto& rule : rules) by_provider[rule.provider].push_back(std::move(rule));
  for (const auto& [provider, list] : by_provider)
    import.files["tokens/" + (provider.empty() ? "generic" : provider) + ".yaml"] =
        WriteRules(provider, list);
  std::vector<AllowEntry> allow = file.allow;
  for (auto& entry : allow) {
    for (auto& id : entry.rules) id = IdOf({.id = id}, before);
    // The exceptions of one set must not silence another's rules.
    if (entry.rules.empty()) entry.rules = {before + "*"};
  }
  if (!allow.empty()) import.files["allow/imported.yaml"] = WriteAllowEntries(allow);
  return import;
}

}  // namespace leaktrip

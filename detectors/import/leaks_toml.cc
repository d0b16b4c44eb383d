// gitleaks and betterleaks: [[rules]] with their allowlists, and those for every rule.
#include <stdexcept>

// Some texts that are no TOML ("[[~") break what the library asserts of itself. Here that is an
// exception in every build, neither an abort nor an assumption that the compiler may build on.
namespace leaktrip {
constexpr void TomlReaderExpects(bool holds) {
  if (!holds) throw std::logic_error("not what the TOML reader expects");
}
}  // namespace leaktrip
#undef NDEBUG
#define TOML_ASSERT(expr) ::leaktrip::TomlReaderExpects(static_cast<bool>(expr))
#define TOML_HEADER_ONLY 1
#include <toml++/toml.h>

#include <algorithm>
#include <array>

#include "detectors/import/foreign_rule.h"

namespace leaktrip {
namespace {

constexpr size_t kMostBytes = 4 << 20;

std::string Text(const toml::table& table, std::string_view key) {
  return table[key].value_or(std::string());
}

// A list of texts, or one text.
std::vector<std::string> Texts(const toml::table& table, std::string_view key) {
  std::vector<std::string> texts;
  if (const auto one = table[key].value<std::string>()) return {*one};
  if (const auto* array = table[key].as_array())
    for (const auto& item : *array)
      if (const auto text = item.value<std::string>()) texts.push_back(*text);
  return texts;
}

// One table, or a list of them.
std::vector<const toml::table*> Tables(const toml::table& table, std::string_view key) {
  std::vector<const toml::table*> tables;
  if (const auto* one = table[key].as_table()) tables.push_back(one);
  if (const auto* array = table[key].as_array())
    for (const auto& item : *array)
      if (const auto* inner = item.as_table()) tables.push_back(inner);
  return tables;
}

Place PlaceOf(const toml::table& table, const std::string& file) {
  const auto& begin = table.source().begin;
  return {file, static_cast<int>(begin.line), static_cast<int>(begin.column)};
}

// An allowlist says "any of these" unless its condition is AND; an entry of ours says "all of its
// sorts", so an OR becomes one entry a sort.
std::vector<AllowEntry> ReadAllowlist(const toml::table& table, const std::string& file,
                                      std::vector<std::string>* notes) {
  AllowEntry all;
  all.place = PlaceOf(table, file);
  all.reason = Text(table, "description");
  if (all.reason.empty()) all.reason = "an exception of the imported rules";
  all.rules = Texts(table, "targetRules");
  const std::string target = Text(table, "regexTarget");
  if (target.empty() || target == "secret")
    all.regexes = GoodRegexes(Texts(table, "regexes"), notes);
  else if (table.contains("regexes"))
    notes->push_back("an exception that looks at the " + target + " is left out");
  auto words = Texts(table, "stopwords");
  std::erase(words, "");
  all.paths = GoodRegexes(Texts(table, "paths"), notes);
  if (table.contains("commits")) notes->push_back("exceptions for commits are left out");
  const std::string condition = Text(table, "condition");
  if (condition == "AND" || condition == "and" || condition == "&&") {
    if (!words.empty() && !all.regexes.empty()) {
      notes->push_back("an exception that asks for both words and a pattern is left out");
      return {};
    }
    if (!words.empty()) all.regexes = {AnyWord(words)};
    if (all.regexes.empty() && all.paths.empty()) return {};
    return {all};
  }
  if (!words.empty()) all.regexes.push_back(AnyWord(words));
  std::vector<AllowEntry> entries;
  for (const auto sort : {&AllowEntry::regexes, &AllowEntry::paths}) {
    if ((all.*sort).empty()) continue;
    AllowEntry entry = all;
    entry.regexes.clear();
    entry.paths.clear();
    entry.*sort = all.*sort;
    entries.push_back(std::move(entry));
  }
  return entries;
}

std::vector<AllowEntry> ReadAllowlists(const toml::table& table, const std::string& file,
                                       std::vector<std::string>* notes) {
  std::vector<AllowEntry> entries;
  for (const auto* key : {"allowlist", "allowlists"})
    for (const auto* list : Tables(table, key)) {
      auto read = ReadAllowlist(*list, file, notes);
      entries.insert(entries.end(), read.begin(), read.end());
    }
  return entries;
}

ForeignRule ReadRule(const toml::table& table, const std::string& file) {
  ForeignRule rule;
  rule.place = PlaceOf(table, file);
  rule.id = Text(table, "id");
  rule.description = Text(table, "description");
  rule.pattern = Text(table, "regex");
  rule.secret_group =
      static_cast<int>(std::clamp<int64_t>(table["secretGroup"].value_or(int64_t{0}), 0, 1000));
  rule.min_entropy = std::clamp(table["entropy"].value_or(0.0), 0.0, 8.0);
  rule.keywords = Texts(table, "keywords");
  rule.allow = ReadAllowlists(table, file, &rule.notes);
  constexpr std::array<std::pair<std::string_view, std::string_view>, 7> kUnknown = {
      {{"path", "its limit to some file names"},
       {"required", "its demand for a second part nearby"},
       {"filter", "its filter expression"},
       {"prefilter", "its prefilter expression"},
       {"validate", "its live check"},
       {"tokenEfficiency", "its token efficiency"},
       {"specificity", "its specificity"}}};
  for (const auto& [key, words] : kUnknown)
    if (table.contains(key)) rule.notes.push_back(std::string(words) + " is left out");
  if (table["skipReport"].value_or(false))
    rule.skip = "it only helps other rules and reports nothing itself";
  else if (rule.pattern.empty())
    rule.skip = table.contains("path") ? "it looks at file names only" : "it has no `regex`";
  else if (rule.id.empty())
    rule.skip = "it has no `id`";
  return rule;
}

bool IsBetterleaks(const toml::table& table) {
  constexpr std::array<std::string_view, 6> kOwn = {"filter",      "prefilter",       "validate",
                                                    "specificity", "tokenEfficiency", "skipReport"};
  return std::any_of(kOwn.begin(), kOwn.end(),
                     [&](std::string_view key) { return table.contains(key); });
}

}  // namespace

Result<ForeignFile> ReadLeaksToml(std::string_view text, const std::string& file) {
  if (text.size() > kMostBytes) return Fail(Code::kInvalid, "larger than 4 MiB", {file, 0, 0});
  try {
    const toml::table root = toml::parse(text, file);
    ForeignFile read;
    for (const auto* rule : Tables(root, "rules")) {
      if (IsBetterleaks(*rule)) read.format = ForeignFormat::kBetterleaks;
      read.rules.push_back(ReadRule(*rule, file));
    }
    if (IsBetterleaks(root)) read.format = ForeignFormat::kBetterleaks;
    read.allow = ReadAllowlists(root, file, &read.notes);
    if (root.contains("extend"))
      read.notes.emplace_back("the rules that it extends are not in the file and are left out");
    return read;
  } catch (const toml::parse_error& error) {
    const auto& begin = error.source().begin;
    return Fail(Code::kInvalid, std::string("is no TOML: ") + std::string(error.description()),
                {file, static_cast<int>(begin.line), static_cast<int>(begin.column)});
  } catch (const std::logic_error&) {
    return Fail(Code::kInvalid, "is no TOML: a table or key has a wrong name", {file, 0, 0});
  }
}

}  // namespace leaktrip

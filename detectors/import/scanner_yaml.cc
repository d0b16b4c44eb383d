// Nosey Parker and Kingfisher: a list of rules with their examples.
#include <algorithm>
#include <array>
#include <charconv>

#include "detectors/base/yaml.h"
#include "detectors/import/foreign_rule.h"

namespace leaktrip {
namespace {

const YamlValue* Find(const YamlValue& map, std::string_view key) {
  for (const auto& entry : map.map)
    if (entry.key == key) return &entry.value;
  return nullptr;
}

std::string Text(const YamlValue& map, std::string_view key) {
  const YamlValue* value = Find(map, key);
  return value && value->kind == YamlValue::Kind::kScalar ? value->scalar : std::string();
}

std::vector<std::string> Texts(const YamlValue& map, std::string_view key) {
  std::vector<std::string> texts;
  const YamlValue* value = Find(map, key);
  if (value == nullptr) return texts;
  if (value->kind == YamlValue::Kind::kScalar) return {value->scalar};
  for (const auto& item : value->list)
    if (item.kind == YamlValue::Kind::kScalar) texts.push_back(item.scalar);
  return texts;
}

double Number(const YamlValue& map, std::string_view key) {
  const std::string text = Text(map, key);
  double number = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  return code == std::errc() && end == text.data() + text.size() ? std::clamp(number, 0.0, 8.0) : 0;
}

// Kingfisher's demands on the secret beyond its pattern.
void ReadRequirements(const YamlValue& requirements, ForeignRule* rule) {
  auto words = Texts(requirements, "ignore_if_contains");
  std::erase(words, "");
  if (!words.empty()) {
    AllowEntry entry;
    entry.regexes = {AnyWord(words)};
    entry.reason = "holds a word that the imported rule ignores";
    rule->allow.push_back(std::move(entry));
  }
  for (const auto& entry : requirements.map)
    if (entry.key != "ignore_if_contains")
      rule->notes.push_back("its `" + entry.key + "` is left out");
}

ForeignRule ReadRule(const YamlValue& map, bool* kingfisher) {
  ForeignRule rule;
  rule.place = map.place;
  rule.id = Text(map, "id");
  rule.name = Text(map, "name");
  rule.description = Text(map, "description");
  rule.pattern = Text(map, "pattern");
  rule.min_entropy = Number(map, "min_entropy");
  rule.severity = ParseSeverity(Text(map, "severity"));
  rule.confidence = ParseConfidence(Text(map, "confidence"));
  rule.references = Texts(map, "references");
  rule.positive = Texts(map, "examples");
  rule.negative = Texts(map, "negative_examples");
  constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kUnknown = {
      {{"validation", "its live check is left out"},
       {"revocation", "its way to revoke is left out"},
       {"depends_on_rule", "the part that it takes from another rule is left out"}}};
  for (const auto& [key, words] : kUnknown) {
    if (Find(map, key) == nullptr) continue;
    *kingfisher = true;
    rule.notes.emplace_back(words);
  }
  for (const auto* key : {"min_entropy", "confidence", "visible", "pattern_requirements"})
    *kingfisher |= Find(map, key) != nullptr;
  if (const YamlValue* requirements = Find(map, "pattern_requirements"))
    ReadRequirements(*requirements, &rule);
  if (Text(map, "visible") == "false")
    rule.skip = "it only helps other rules and reports nothing itself";
  else if (rule.pattern.empty())
    rule.skip = "it has no `pattern`";
  else if (rule.id.empty())
    rule.skip = "it has no `id`";
  return rule;
}

}  // namespace

Result<ForeignFile> ReadScannerYaml(std::string_view text, const std::string& file) {
  const auto root = ParseYaml(text, file);
  if (!root) return std::unexpected(root.error());
  ForeignFile read;
  bool kingfisher = false;
  const YamlValue* rules = Find(*root, "rules");
  if (rules == nullptr || rules->kind != YamlValue::Kind::kList)
    return Fail(Code::kInvalid, "has no list of `rules`", {file, 0, 0});
  for (const auto& item : rules->list) {
    if (item.kind == YamlValue::Kind::kMap) {
      read.rules.push_back(ReadRule(item, &kingfisher));
    } else {
      ForeignRule rule;
      rule.place = item.place;
      rule.skip = "it is no mapping";
      read.rules.push_back(std::move(rule));
    }
  }
  read.format = kingfisher ? ForeignFormat::kKingfisher : ForeignFormat::kNoseyParker;
  return read;
}

}  // namespace leaktrip

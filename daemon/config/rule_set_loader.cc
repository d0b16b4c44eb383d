#include "daemon/config/rule_set_loader.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <set>
#include <utility>

#include "detectors/leak/allow_list.h"
#include "detectors/leak/allow_loader.h"
#include "detectors/leak/rule_loader.h"

namespace leaktrip {
namespace {

constexpr std::array<std::string_view, 7> kFolders = {
    "access/", "allow/", "formats/", "policies/", "revocation/", "scopes/", "tokens/"};

std::string InFolder(const std::string& rules_dir, const std::string& file) {
  return (std::filesystem::path(rules_dir) / file).string();
}

// As for errors: the places of entries are told when they silence something.
void NameFolder(const std::string& rules_dir, const FileTexts& files,
                std::vector<AllowEntry>* entries) {
  for (AllowEntry& entry : *entries)
    if (files.contains(entry.place.file)) entry.place.file = InFolder(rules_dir, entry.place.file);
}

// Removes the rules whose pattern an error from `from` on speaks of.
void DropReported(const Errors& errors, size_t from, std::vector<Rule>* rules) {
  std::set<std::pair<std::string, int>> lines;
  for (size_t i = from; i < errors.size(); ++i)
    lines.emplace(errors[i].place.file, errors[i].place.line);
  std::erase_if(*rules, [&](const Rule& rule) {
    return lines.contains({rule.pattern_place.file, rule.pattern_place.line});
  });
}

std::shared_ptr<const RuleSet> LoadMerged(const FileTexts& files, const std::string& rules_dir,
                                          const Secret& key, Examples examples, Errors* errors) {
  const size_t before = errors->size();
  std::vector<Rule> rules =
      LoadRules(Below(ShippedRules(), "tokens/"), Below(files, "tokens/"), errors);
  std::vector<AllowEntry> allow =
      LoadAllowEntries(Below(ShippedRules(), "allow/"), Below(files, "allow/"), errors);
  NameFolder(rules_dir, files, &allow);
  for (Rule& rule : rules) NameFolder(rules_dir, files, &rule.allowed);
  // For all errors at once, the rules that are right go on alone when others are wrong.
  DropReported(*errors, before, &rules);
  const std::string hmac_key(key.Reveal());
  const size_t loaded = errors->size();
  auto set = CompileRules(rules, hmac_key, errors, allow);
  if (examples == Examples::kRun) {
    if (errors->size() > loaded) {
      DropReported(*errors, loaded, &rules);
      set = CompileRules(std::move(rules), hmac_key, errors, std::move(allow));
    }
    if (set) CheckExamples(set, errors);
  }
  NameFolder(rules_dir, files, before, errors);
  return errors->size() > before ? nullptr : set;
}

}  // namespace

FileTexts OverrideFiles(const std::string& rules_dir, Errors* errors) {
  if (rules_dir.empty()) return {};
  auto files = ReadRulesFolder(rules_dir);
  if (files) return std::move(*files);
  errors->push_back(files.error());
  return {};
}

std::shared_ptr<const RuleSet> LoadRuleSet(const std::string& rules_dir, const Secret& key,
                                           Examples examples, Errors* errors) {
  const size_t before = errors->size();
  const FileTexts files = OverrideFiles(rules_dir, errors);
  return errors->size() > before ? nullptr : LoadMerged(files, rules_dir, key, examples, errors);
}

std::shared_ptr<const RuleSet> LoadRuleSetWithout(const std::string& rule,
                                                  const std::string& rules_dir, const Secret& key,
                                                  Errors* errors) {
  const size_t before = errors->size();
  FileTexts files = OverrideFiles(rules_dir, errors);
  files["tokens/~without.yaml"] = "rules: [{id: " + rule + ", enabled: false}]\n";
  return errors->size() > before ? nullptr
                                 : LoadMerged(files, rules_dir, key, Examples::kSkip, errors);
}

Errors RuleWarnings(const RuleSet& rules, const std::string& rules_dir, Millis now) {
  Errors warnings = AllowOf(rules).Warnings(RulesOf(rules), now);
  if (rules_dir.empty()) return warnings;
  const auto files = ReadRulesFolder(rules_dir);
  if (!files) return warnings;
  for (const auto& [path, text] : *files)
    if (std::none_of(kFolders.begin(), kFolders.end(),
                     [&](std::string_view folder) { return path.starts_with(folder); }))
      warnings.push_back({Code::kInvalid,
                          "nothing reads this file; token rules belong into tokens/, allow entries "
                          "into allow/",
                          {InFolder(rules_dir, path)}});
  return warnings;
}

}  // namespace leaktrip

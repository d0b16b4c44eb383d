#include "daemon/config/rule_set_loader.h"

#include <filesystem>
#include <set>
#include <utility>

#include "detectors/leak/rule_loader.h"

namespace leaktrip {
namespace {

// The loader knows files by their path inside a rules folder; people know them by where they are.
void NameFolder(const std::string& rules_dir, const FileTexts& files, size_t from, Errors* errors) {
  for (size_t i = from; i < errors->size(); ++i) {
    std::string& file = (*errors)[i].place.file;
    if (files.contains(file)) file = (std::filesystem::path(rules_dir) / file).string();
  }
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
  if (errors->size() > before) return nullptr;
  const FileTexts shipped = Below(ShippedRules(), "tokens/");
  std::vector<Rule> rules = LoadRules(shipped, Below(files, "tokens/"), errors);
  // For all errors at once, the rules that are right go on alone when others are wrong.
  DropReported(*errors, before, &rules);
  const std::string hmac_key(key.Reveal());
  const size_t loaded = errors->size();
  auto set = CompileRules(rules, hmac_key, errors);
  if (examples == Examples::kRun) {
    if (errors->size() > loaded) {
      DropReported(*errors, loaded, &rules);
      set = CompileRules(std::move(rules), hmac_key, errors);
    }
    if (set) CheckExamples(set, errors);
  }
  NameFolder(rules_dir, files, before, errors);
  return errors->size() > before ? nullptr : set;
}

}  // namespace leaktrip

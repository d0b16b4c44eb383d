#include "daemon/config/rule_set_loader.h"

#include <filesystem>

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
  std::vector<Rule> rules =
      LoadRules(Below(ShippedRules(), "tokens/"), Below(files, "tokens/"), errors);
  std::shared_ptr<const RuleSet> set;
  // The rules that are right are compiled also when others are wrong, for all errors at once.
  set = CompileRules(std::move(rules), std::string(key.Reveal()), errors);
  if (set && examples == Examples::kRun) CheckExamples(set, errors);
  NameFolder(rules_dir, files, before, errors);
  return errors->size() > before ? nullptr : set;
}

}  // namespace leaktrip

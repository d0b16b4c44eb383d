#include "detectors/leak/rule_loader.h"

#include <re2/re2.h>

#include <algorithm>
#include <map>
#include <utility>

#include "detectors/base/yaml.h"
#include "detectors/leak/allow_loader.h"
#include "detectors/leak/checksum.h"
#include "detectors/leak/pattern.h"
#include "detectors/leak/validator.h"

namespace leaktrip {
namespace {

const std::vector<std::string_view> kSeverities = {"info", "low", "medium", "high", "critical"};
const std::vector<std::string_view> kConfidences = {"low", "medium", "high"};

bool IsId(std::string_view text) {
  return !text.empty() && text.size() <= 64 && text.front() != '-' &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
         });
}

// Reads one rule over what is there already: the defaults, or the rule that it overrides.
class RuleReader {
 public:
  RuleReader(YamlMap map, Errors* errors) : map_(std::move(map)), errors_(errors) {}

  std::string Id() {
    std::string id = map_.RequiredString("id");
    if (!id.empty() && !IsId(id))
      map_.Report("id", "`" + id + "` must be lower-case letters, digits and dashes, 64 at most");
    return id;
  }
  bool Enabled() { return map_.Bool("enabled", true); }

  void ReadOver(Rule* rule) {
    rule->place = map_.place();
    Text("name", &rule->name);
    Text("description", &rule->description);
    Text("kind", &rule->kind);
    Text("revocation", &rule->revocation);
    ReadPattern(rule);
    if (map_.Has("hints")) rule->hints = map_.Strings("hints");
    map_.Get("hints");
    CheckHints(*rule);
    rule->severity = static_cast<Severity>(
        map_.Choice("severity", kSeverities, static_cast<size_t>(rule->severity)));
    rule->confidence = static_cast<Confidence>(
        map_.Choice("confidence", kConfidences, static_cast<size_t>(rule->confidence)));
    rule->min_entropy = map_.Double("min_entropy", rule->min_entropy, 0, 8);
    rule->guessable = map_.Bool("guessable", rule->guessable);
    rule->multiline = map_.Bool("multiline", rule->multiline);
    ReadNamed("checksum", ChecksumNames(), &rule->checksum);
    ReadNamed("validate", ValidatorNames(), &rule->validate);
    ReadAllow(rule);
    if (map_.Has("references")) rule->references = map_.Strings("references");
    map_.Get("references");
    if (map_.Has("examples")) ReadExamples(rule);
    map_.Get("examples");
    map_.Finish();
  }

  // What a rule must have, once all files had their say.
  void CheckWhole(const Rule& rule) {
    for (const auto& [name, value] : {std::pair{"name", &rule.name},
                                      {"description", &rule.description},
                                      {"kind", &rule.kind},
                                      {"pattern", &rule.pattern}})
      if (value->empty()) Report(std::string("rule `") + rule.id + "`: `" + name + "` is missing");
    if (rule.positive.size() < 2)
      Report("rule `" + rule.id +
             "`: at least two positive examples are needed, one inside a URL or log line");
    if (rule.negative.empty())
      Report("rule `" + rule.id + "`: at least one negative example is needed");
  }

 private:
  void Report(std::string message) {
    errors_->push_back({Code::kInvalid, std::move(message), map_.place()});
  }

  void Text(std::string_view key, std::string* target) {
    if (auto text = map_.OptionalString(key)) *target = std::move(*text);
  }

  void ReadPattern(Rule* rule) {
    const bool given = map_.Has("pattern");
    Text("pattern", &rule->pattern);
    if (!given) return;
    rule->pattern_place = map_.PlaceOf("pattern");
    if (const auto node = ParsePattern(rule->pattern); !node) {
      // Single-line patterns stand on one line of the file, one character after the quote.
      Place place = rule->pattern_place;
      place.column += node.error().place.column;
      errors_->push_back({Code::kInvalid, node.error().message, place});
    }
  }

  void ReadNamed(std::string_view key, const std::vector<std::string_view>& names,
                 std::optional<std::string>* target) {
    const size_t chosen = map_.Choice(key, names, names.size());
    if (chosen < names.size()) *target = std::string(names[chosen]);
  }

  void CheckHints(const Rule& rule) {
    for (const auto& hint : rule.hints)
      if (hint.size() < 2 || hint.size() > 32 || std::any_of(hint.begin(), hint.end(), [](char c) {
            return (c >= 'A' && c <= 'Z') || c < ' ' || c > '~';
          }))
        map_.Report("hints", "hint `" + hint + "` must be 2 to 32 characters in lower case");
  }

  void ReadAllow(Rule* rule) {
    const YamlValue* value = map_.Get("allow");
    if (value == nullptr) return;
    rule->allow.clear();
    rule->allowed.clear();
    if (value->kind == YamlValue::Kind::kScalar) return AddAllowPattern(*value, rule);
    if (value->kind == YamlValue::Kind::kNull) return;
    if (value->kind != YamlValue::Kind::kList)
      return map_.Report("allow", "`allow` must be a list: start each entry with `- `");
    for (const auto& item : value->list) {
      if (item.kind == YamlValue::Kind::kScalar)
        AddAllowPattern(item, rule);
      else
        rule->allowed.push_back(ReadAllowEntry(YamlMap(item, errors_), rule->id));
    }
  }

  void AddAllowPattern(const YamlValue& item, Rule* rule) {
    const re2::RE2 regex(item.scalar, re2::RE2::Quiet);
    if (!regex.ok())
      map_.ReportAt(item.place, "`" + item.scalar + "` is no regular expression: " + regex.error());
    rule->allow.push_back(item.scalar);
  }

  void ReadExamples(Rule* rule) {
    YamlMap examples = map_.Map("examples");
    rule->positive = ReadExampleList(&examples, "positive");
    rule->negative = ReadExampleList(&examples, "negative");
    examples.Finish();
  }

  std::vector<RuleExample> ReadExampleList(YamlMap* examples, std::string_view key) {
    std::vector<RuleExample> list;
    const YamlValue* value = examples->Get(key);
    if (!value || value->kind == YamlValue::Kind::kNull) return list;
    if (value->kind != YamlValue::Kind::kList) {
      examples->Report(key,
                       "`" + std::string(key) + "` must be a list: start each example with `- `");
      return list;
    }
    for (const auto& item : value->list) {
      if (item.kind == YamlValue::Kind::kScalar) {
        list.push_back({item.scalar, "", item.place});
        continue;
      }
      YamlMap map(item, errors_);
      RuleExample example{map.RequiredString("text"), map.String("secret"), item.place};
      map.Finish();
      list.push_back(std::move(example));
    }
    return list;
  }

  YamlMap map_;
  Errors* errors_;
};

// All rules so far, in the order in which they were first seen.
class RuleTable {
 public:
  explicit RuleTable(Errors* errors) : errors_(errors) {}

  void AddFile(const std::string& path, const std::string& text, bool overriding) {
    auto root = ParseYaml(text, path);
    if (!root) {
      errors_->push_back(root.error());
      return;
    }
    YamlMap file(*root, errors_);
    const std::string provider = file.String("provider");
    if (!provider.empty() && !IsId(provider))
      file.Report("provider", "`" + provider + "` must be lower-case letters, digits and dashes");
    if (!file.Has("rules")) file.Report("rules", "`rules` is missing: a list of rules");
    for (auto& map : file.Maps("rules"))
      AddRule(RuleReader(std::move(map), errors_), provider, overriding);
    file.Finish();
  }

  std::vector<Rule> Take() {
    std::vector<Rule> rules;
    for (auto& entry : rules_)
      if (entry.enabled) rules.push_back(std::move(entry.rule));
    return rules;
  }

 private:
  struct Entry {
    Rule rule;
    bool enabled = true;
    bool overriding = false;  // came from, or was touched by, the second folder
  };

  void AddRule(RuleReader reader, const std::string& provider, bool overriding) {
    const std::string id = reader.Id();
    const bool enabled = reader.Enabled();
    auto it =
        std::find_if(rules_.begin(), rules_.end(), [&](const Entry& e) { return e.rule.id == id; });
    const bool known = it != rules_.end();
    const Place first = known ? it->rule.place : Place{};
    const bool clash = known && it->overriding == overriding;
    if (!known) {
      it = rules_.insert(rules_.end(), Entry{});
      it->rule.id = id;
      it->rule.provider = provider;
    }
    reader.ReadOver(&it->rule);
    if (clash)
      errors_->push_back({Code::kInvalid,
                          "rule `" + id + "` stands at " + Error{.place = first}.ToString() +
                              " already; ids are unique",
                          it->rule.place});
    it->enabled = enabled;
    it->overriding = overriding;
    if (enabled && !id.empty()) reader.CheckWhole(it->rule);
  }

  std::vector<Entry> rules_;
  Errors* errors_;
};

}  // namespace

std::vector<Rule> LoadRules(const RuleFiles& shipped, const RuleFiles& override_files,
                            Errors* errors) {
  RuleTable table(errors);
  for (const auto& [path, text] : shipped)
    if (path.starts_with("tokens/")) table.AddFile(path, text, false);
  for (const auto& [path, text] : override_files)
    if (path.starts_with("tokens/")) table.AddFile(path, text, true);
  return table.Take();
}

}  // namespace leaktrip

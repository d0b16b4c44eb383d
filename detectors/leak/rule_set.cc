#include "detectors/leak/rule_set.h"

#include <algorithm>
#include <map>
#include <utility>

#include "detectors/leak/char_class.h"
#include "detectors/leak/run_finder.h"

namespace leaktrip {
namespace {

std::unique_ptr<re2::RE2> CompileRegex(const std::string& pattern, const Place& place,
                                       Errors* errors) {
  re2::RE2::Options options;
  options.set_encoding(re2::RE2::Options::EncodingLatin1);
  options.set_log_errors(false);
  auto regex = std::make_unique<re2::RE2>(pattern, options);
  if (!regex->ok())
    errors->push_back(
        {Code::kInvalid,
         "RE2 refuses the pattern: " + regex->error() + " near `" + regex->error_arg() + "`",
         place});
  return regex;
}

// What is made of a pattern alone. Hundreds of kinds share one ([0-9a-f]{32}).
struct FromPattern {
  std::shared_ptr<const re2::RE2> regex;
  std::shared_ptr<const Guard> guard;
};
using Patterns = std::map<std::string, FromPattern>;

// A secret ends where its alphabet ends. A letter next to a digit, or a letter next to a hex digit,
// belongs to one longer word, so letters and digits count as one alphabet.
CharSet Widen(CharSet end) {
  const CharSet word = Alphanumeric();
  if ((end & word).any()) end |= word;
  // A class that excludes only delimiters ([^&\s]) would take in anything; its neighbours are its
  // boundary already.
  return end.count() > 128 ? CharSet{} : end;
}

CharSet SetOf(const CharClass& characters) {
  CharSet set;
  for (unsigned c = 0; c < 256; ++c) set[c] = characters.Has(static_cast<char>(c));
  return set;
}

// What stage one needs to know of a pattern.
void Survey(const PatternNode& node, const PatternNode* secret, CompiledRule* compiled) {
  static const CharSet run = SetOf(kInRun);
  static const CharSet word = SetOf(kInWord);
  compiled->bounded =
      (compiled->before & Alphanumeric()) == Alphanumeric() && (!secret || SecretBeginsMatch(node));
  const Stretch stretch = LongestStretch(node, run);
  compiled->run = stretch.length;
  compiled->run_before = stretch.max_before;
  compiled->word_run = LongestStretch(node, word).length;
  compiled->run_is_front = stretch.max_before == 0;
}

CompiledRule CompileRule(const Rule& rule, Patterns* patterns, Errors* errors) {
  CompiledRule compiled;
  compiled.rule = &rule;
  for (const auto& allow : rule.allow)
    compiled.allow.push_back(CompileRegex(allow, rule.place, errors));
  if (rule.checksum) compiled.checksum = FindChecksum(*rule.checksum);
  if (rule.validate) compiled.validate = FindValidator(*rule.validate);
  const auto node = ParsePattern(rule.pattern);
  if (!node) {
    errors->push_back({node.error().code,
                       "pattern, column " + std::to_string(node.error().place.column) + ": " +
                           node.error().message,
                       rule.pattern_place});
    return compiled;
  }
  FromPattern& shared = (*patterns)[rule.pattern];
  if (!shared.regex) {
    shared.regex = CompileRegex(rule.pattern, rule.pattern_place, errors);
    shared.guard = std::make_shared<Guard>(*node);
  }
  compiled.regex = shared.regex;
  compiled.guard = shared.guard;
  const PatternNode* secret = FindCapture(*node);
  compiled.group = secret ? 1 : 0;
  compiled.secret_ends_match = !secret || SecretEndsMatch(*node);
  const Width width = WidthOf(*node);
  const size_t open = rule.multiline ? kOpenWidthMultiline : kOpenWidth;
  compiled.min_width = width.min;
  compiled.capped = !width.max || *width.max > open;
  compiled.max_width = compiled.capped ? open : *width.max;
  compiled.before = Widen(FirstSet(secret ? *secret : *node));
  compiled.after = Widen(LastSet(secret ? *secret : *node));
  compiled.hinted = !rule.hints.empty();
  for (const auto& hint : rule.hints) {
    const auto first = static_cast<unsigned char>(hint.front());
    compiled.hint_first.set(first);
    if (first >= 'a' && first <= 'z') compiled.hint_first.set(first - 'a' + 'A');
  }
  if (compiled.hinted) {
    compiled.reach = std::max(kHintReach, kHintGap + compiled.max_width);
    // Without a shape, `-` and `_` also mean that this is a part of something longer, such as a
    // UUID.
    for (const char c : {'-', '_'}) {
      compiled.before.set(static_cast<unsigned char>(c));
      compiled.after.set(static_cast<unsigned char>(c));
    }
  }
  Survey(*node, secret, &compiled);
  if (width.min == 0)
    errors->push_back({Code::kInvalid, "the pattern matches the empty text", rule.pattern_place});
  return compiled;
}

}  // namespace

std::shared_ptr<const RuleSet> CompileRules(std::vector<Rule> rules, std::string hmac_key,
                                            Errors* errors, std::vector<AllowEntry> allow) {
  const size_t before = errors->size();
  auto set = std::make_shared<RuleSet>();
  set->rules = std::move(rules);
  set->hmac_key = std::move(hmac_key);
  for (const auto& rule : set->rules)
    allow.insert(allow.end(), rule.allowed.begin(), rule.allowed.end());
  set->allow = AllowList(std::move(allow), errors);
  Patterns patterns;
  for (const auto& rule : set->rules) set->compiled.push_back(CompileRule(rule, &patterns, errors));
  if (errors->size() == before) BuildStageOne(set.get(), errors);
  return errors->size() == before ? set : nullptr;
}

const std::vector<Rule>& RulesOf(const RuleSet& set) { return set.rules; }
const AllowList& AllowOf(const RuleSet& set) { return set.allow; }

}  // namespace leaktrip

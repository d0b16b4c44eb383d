#include "detectors/leak/stage_one.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "detectors/leak/rule_set.h"
#include "detectors/leak/run_finder.h"

namespace leaktrip {
namespace {

// A commoner literal is met so often that Hyperscan's own matching of the whole pattern is cheaper.
// Not many are: a guard costs little.
constexpr double kLeastRarity = 0;
constexpr double kNoRarity = -100;
constexpr double kFarRarity = 1.5;  // eyJ
// Below this many characters a literal is met so often that long runs are the better trigger.
constexpr size_t kGoodLiteral = 4;
constexpr size_t kLongRun = 24;
// How far before a run words are looked up.
constexpr size_t kMostReach = 256;

struct CompileErrorFree {
  void operator()(hs_compile_error_t* e) const { hs_free_compile_error(e); }
};

struct LiteralPlan {
  std::vector<std::string> texts;
  std::vector<unsigned> flags;
  std::map<std::pair<std::string, unsigned>, size_t> ids;

  size_t Add(const std::string& text, unsigned flag) {
    const auto [it, added] = ids.try_emplace({text, flag}, texts.size());
    if (added) {
      texts.push_back(text);
      flags.push_back(flag);
    }
    return it->second;
  }
};

struct PatternPlan {
  std::vector<std::string> texts;
  std::vector<uint32_t> rules;
};

HsDatabase CompileLiterals(const LiteralPlan& plan, Errors* errors) {
  std::vector<const char*> texts;
  std::vector<size_t> lengths;
  std::vector<unsigned> ids;
  for (const auto& text : plan.texts) {
    ids.push_back(static_cast<unsigned>(ids.size()));
    texts.push_back(text.data());
    lengths.push_back(text.size());
  }
  hs_database_t* db = nullptr;
  hs_compile_error_t* error = nullptr;
  if (hs_compile_lit_multi(texts.data(), plan.flags.data(), ids.data(), lengths.data(),
                           static_cast<unsigned>(texts.size()), HS_MODE_BLOCK, nullptr, &db,
                           &error) != HS_SUCCESS) {
    const std::unique_ptr<hs_compile_error_t, CompileErrorFree> owner(error);
    errors->push_back(
        {Code::kInvalid, std::string("stage one refuses a literal: ") + error->message, {}});
  }
  return HsDatabase(db);
}

HsDatabase CompilePatterns(const RuleSet& set, const PatternPlan& plan, Errors* errors) {
  std::vector<const char*> texts;
  std::vector<unsigned> ids, flags;
  for (const auto& text : plan.texts) {
    ids.push_back(static_cast<unsigned>(ids.size()));
    texts.push_back(text.c_str());
    flags.push_back(0);
  }
  hs_database_t* db = nullptr;
  hs_compile_error_t* error = nullptr;
  if (hs_compile_multi(texts.data(), flags.data(), ids.data(), static_cast<unsigned>(texts.size()),
                       HS_MODE_BLOCK, nullptr, &db, &error) != HS_SUCCESS) {
    const std::unique_ptr<hs_compile_error_t, CompileErrorFree> owner(error);
    const Rule* rule = error->expression >= 0
                           ? &set.rules[plan.rules[static_cast<size_t>(error->expression)]]
                           : nullptr;
    errors->push_back({Code::kInvalid,
                       std::string("Hyperscan refuses the pattern: ") + error->message,
                       rule ? rule->pattern_place : Place{}});
  }
  return HsDatabase(db);
}

bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool IsWordCharacter(char c) { return Alphanumeric()[static_cast<unsigned char>(c)] || c == '_'; }

bool CanBeWord(const std::string& text) {
  return text.size() >= WordScanner::kLeast && IsLetter(text.front());
}
// A hint may stand after a digit when three letters begin it, see WordScanner.
bool CanBeHintWord(const std::string& hint) {
  if (hint.size() == WordScanner::kLeast) return CanBeWord(hint);
  return hint.size() > WordScanner::kLeast &&
         std::all_of(hint.begin(), hint.begin() + WordScanner::kLeast, IsLetter);
}

bool CanBeWords(const std::vector<std::string>& texts) {
  return std::all_of(texts.begin(), texts.end(), CanBeWord);
}

class Planner {
 public:
  explicit Planner(RuleSet* set) : set_(set), stage_(set->stage_one) {}

  void Plan(uint32_t i) {
    const CompiledRule& rule = set_->compiled[i];
    const auto node = ParsePattern(rule.rule->pattern);
    if (!node) return;
    if (rule.hinted) return PlanHints(rule, i, *node);
    if (PlanWords(rule, i, *node)) return;
    const auto best = RequiredLiterals(*node, kLeastRarity);
    const bool long_run = rule.bounded && rule.run_is_front && rule.run >= kLongRun;
    if (long_run && (!best || best->ShortestText() < kGoodLiteral))
      return stage_.run_rules.push_back(i);
    if (best) return PlanLiterals(rule, i, *best);
    patterns.texts.push_back(rule.rule->pattern);
    patterns.rules.push_back(i);
    // Hyperscan reports every end of every match, the first when the match is as short as it can
    // be.
    stage_.pattern_leads.push_back(
        {.kind = Lead::Kind::kPlain,
         .rule = i,
         .begin_before = static_cast<uint32_t>(rule.max_width),
         .end_after = static_cast<uint32_t>(rule.max_width - rule.min_width),
         .guard = nullptr});
  }

  void Finish() {
    stage_.words.Finish();
    std::stable_sort(stage_.run_rules.begin(), stage_.run_rules.end(), [&](uint32_t a, uint32_t b) {
      return set_->compiled[a].run < set_->compiled[b].run;
    });
  }

  LiteralPlan literals;
  PatternPlan patterns;

 private:
  void AddWord(const std::string& text, bool caseless, Lead lead) {
    const auto [it, added] = words_.try_emplace({text, caseless}, stage_.words.size());
    if (added) {
      stage_.words.Add(text, caseless);
      stage_.word_leads.emplace_back();
    }
    stage_.word_leads[it->second].push_back(std::move(lead));
  }
  void AddLiteral(const std::string& text, bool caseless, Lead lead) {
    if (std::none_of(text.begin(), text.end(), IsWordCharacter)) return AddMark(text, lead);
    const size_t id = literals.Add(text, caseless ? HS_FLAG_CASELESS : 0u);
    stage_.literal_leads.resize(literals.texts.size());
    stage_.literal_leads[id].push_back(std::move(lead));
  }

  void AddMark(const std::string& text, const Lead& lead) {
    auto& marks = stage_.marks;
    auto it = std::find_if(marks.begin(), marks.end(),
                           [&](const auto& mark) { return mark.first == text; });
    if (it == marks.end()) it = marks.insert(it, {text, {}});
    it->second.push_back(lead);
  }

  void PlanHints(const CompiledRule& rule, uint32_t i, const PatternNode& node) {
    size_t longest = 0;
    for (const auto& hint : rule.rule->hints) longest = std::max(longest, hint.size());
    const size_t before_run = longest + rule.reach - std::min(rule.reach, rule.run);
    if (rule.HasTellingRun() && before_run <= kMostReach) {
      stage_.word_reach = std::max(stage_.word_reach, before_run);
      return AddHints(rule, i, Lead::Kind::kHint, true);
    }
    const auto far = RequiredLiterals(node, kFarRarity);
    if (!far) return AddHints(rule, i, Lead::Kind::kHint, false);
    stage_.far_reach = std::max(stage_.far_reach, longest + rule.reach + far->ShortestText());
    for (const auto& text : far->texts) {
      if (!marks_.insert(text).second) continue;
      AddLiteral(text, far->caseless,
                 {.kind = Lead::Kind::kMark,
                  .rule = i,
                  .begin_before = static_cast<uint32_t>(text.size()),
                  .end_after = 0,
                  .guard = nullptr});
    }
    AddHints(rule, i, Lead::Kind::kFarHint, true);
  }

  void AddHints(const CompiledRule& rule, uint32_t i, Lead::Kind kind, bool words) {
    for (const auto& hint : rule.rule->hints) {
      Lead lead = {.kind = kind,
                   .rule = i,
                   .begin_before = static_cast<uint32_t>(hint.size()),
                   .end_after = static_cast<uint32_t>(rule.reach),
                   .guard = nullptr};
      if (words && CanBeHintWord(hint)) {
        AddWord(hint, true, std::move(lead));
      } else {
        lead.kind = Lead::Kind::kHint;  // it may come before the literal that marks
        AddLiteral(hint, true, std::move(lead));
      }
    }
  }

  bool PlanWords(const CompiledRule& rule, uint32_t i, const PatternNode& node) {
    if (!rule.bounded || (rule.before & Alphanumeric()) != Alphanumeric() ||
        !rule.HasTellingRun() || !rule.run_before || *rule.run_before > kMostReach)
      return false;
    const auto front = FrontLiterals(node, kNoRarity);
    // A caseless word is a hint, and must stand alone.
    if (!front || front->caseless || !CanBeWords(front->texts)) return false;
    stage_.word_reach = std::max(stage_.word_reach, *rule.run_before);
    for (const auto& text : front->texts) AddWord(text, false, FrontLead(rule, i, text.size()));
    return true;
  }

  static Lead FrontLead(const CompiledRule& rule, uint32_t i, size_t size) {
    return {.kind = Lead::Kind::kFront,
            .rule = i,
            .begin_before = static_cast<uint32_t>(size),
            .end_after = static_cast<uint32_t>(rule.max_width - std::min(rule.max_width, size)),
            .guard = rule.guard};
  }

  void PlanLiterals(const CompiledRule& rule, uint32_t i, const LiteralSet& set) {
    std::shared_ptr<const Guard> guard;
    if (set.max_before > 0 && set.rest) guard = std::make_shared<Guard>(*set.rest);
    for (const auto& text : set.texts) {
      if (set.max_before == 0) {
        AddLiteral(text, set.caseless, FrontLead(rule, i, text.size()));
        continue;
      }
      const size_t before = text.size() + set.min_before;
      AddLiteral(
          text, set.caseless,
          {.kind = guard ? Lead::Kind::kInside : Lead::Kind::kPlain,
           .rule = i,
           .begin_before = static_cast<uint32_t>(text.size() + set.max_before),
           .end_after = static_cast<uint32_t>(rule.max_width - std::min(rule.max_width, before)),
           .guard = guard});
    }
  }

  RuleSet* set_;
  StageOne& stage_;
  std::map<std::pair<std::string, bool>, size_t> words_;
  std::set<std::string> marks_;
};

}  // namespace

void BuildStageOne(RuleSet* set, Errors* errors) {
  Planner planner(set);
  for (uint32_t i = 0; i < set->compiled.size(); ++i) planner.Plan(i);
  planner.Finish();
  StageOne& stage = set->stage_one;
  if (!planner.literals.texts.empty()) stage.literals = CompileLiterals(planner.literals, errors);
  if (!planner.patterns.texts.empty())
    stage.patterns = CompilePatterns(*set, planner.patterns, errors);
}

}  // namespace leaktrip

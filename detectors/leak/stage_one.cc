#include <algorithm>
#include <map>
#include <utility>

#include "detectors/leak/rule_set.h"

namespace leaktrip {
namespace {

// A commoner literal is met so often that Hyperscan's own matching of the whole pattern is cheaper.
constexpr double kLeastRarity = 3.4;

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

void PlanLiterals(const LiteralSet& set, uint32_t rule, size_t max_width, LiteralPlan* plan,
                  StageOne* stage) {
  const unsigned flag = set.caseless ? HS_FLAG_CASELESS : 0u;
  for (const auto& text : set.texts) {
    const size_t id = plan->Add(text, flag);
    stage->literal_leads.resize(plan->texts.size());
    stage->literal_leads[id].push_back(
        {.rule = rule,
         .begin_before = static_cast<uint32_t>(text.size() + set.max_before),
         .end_after =
             static_cast<uint32_t>(max_width - std::min(max_width, text.size() + set.min_before))});
  }
}

void PlanHints(const std::vector<std::string>& hints, uint32_t rule, size_t reach,
               LiteralPlan* plan, StageOne* stage) {
  for (const auto& hint : hints) {
    const size_t id = plan->Add(hint, HS_FLAG_CASELESS);
    stage->literal_leads.resize(plan->texts.size());
    stage->literal_leads[id].push_back({.rule = rule,
                                        .begin_before = static_cast<uint32_t>(hint.size()),
                                        .end_after = static_cast<uint32_t>(reach)});
  }
}

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

}  // namespace

void BuildStageOne(RuleSet* set, Errors* errors) {
  LiteralPlan literals;
  PatternPlan patterns;
  StageOne& stage = set->stage_one;
  for (uint32_t i = 0; i < set->compiled.size(); ++i) {
    const CompiledRule& rule = set->compiled[i];
    if (rule.hinted) {
      PlanHints(rule.rule->hints, i, rule.reach, &literals, &stage);
      continue;
    }
    const auto node = ParsePattern(rule.rule->pattern);
    const auto best = node ? RequiredLiterals(*node, kLeastRarity) : std::nullopt;
    if (best) {
      PlanLiterals(*best, i, rule.max_width, &literals, &stage);
      continue;
    }
    patterns.texts.push_back(rule.rule->pattern);
    patterns.rules.push_back(i);
    // Hyperscan reports every end of every match, the first when the match is as short as it can
    // be.
    stage.pattern_leads.push_back(
        {.rule = i,
         .begin_before = static_cast<uint32_t>(rule.max_width),
         .end_after = static_cast<uint32_t>(rule.max_width - rule.min_width)});
  }
  if (!literals.texts.empty()) stage.literals = CompileLiterals(literals, errors);
  if (!patterns.texts.empty()) stage.patterns = CompilePatterns(*set, patterns, errors);
}

}  // namespace leaktrip

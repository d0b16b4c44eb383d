#include <algorithm>

#include "detectors/leak/engine.h"
#include "detectors/leak/rule_set.h"

namespace leaktrip {
namespace {

// Examples are judged as of 2020: a token in one must not be judged by the day the rules are
// loaded.
constexpr Millis kExampleTime = 1'577'836'800'000;

struct Outcome {
  bool found = false;  // the rule found something
  bool exact = false;  // exactly the secret that the example names
  std::string reason;  // of the last candidate that was dropped
};

Outcome Try(Engine* engine, const Rule& rule, const RuleExample& example) {
  std::vector<Finding> findings;
  std::vector<Verdict> verdicts;
  const uint32_t end = static_cast<uint32_t>(example.text.size());
  engine->Scan({example.text, {&end, 1}}, kExampleTime, &findings, &verdicts);
  Outcome outcome;
  for (const auto& verdict : verdicts)
    if (verdict.rule == &rule && !verdict.kept) outcome.reason = verdict.reason;
  // A kept verdict counts even where another rule's finding covers the same bytes: the rule did its
  // part.
  for (const auto& verdict : verdicts) {
    if (verdict.rule != &rule || !verdict.kept) continue;
    outcome.found = true;
    outcome.exact |=
        example.secret.empty() ||
        example.text.substr(verdict.start, verdict.end - verdict.start) == example.secret;
  }
  // Decoded secrets are named by their text, the span is that of the encoded form.
  for (const auto& finding : findings)
    if (finding.rule == &rule && finding.secret.Reveal() == example.secret) outcome.exact = true;
  return outcome;
}

void CheckRule(const Rule& rule, Engine* engine, const std::string& engine_name, Errors* errors) {
  auto report = [&](const RuleExample& example, const std::string& what) {
    errors->push_back(
        {Code::kInvalid, rule.id + ": " + what + " (" + engine_name + ")", example.place});
  };
  for (const auto& example : rule.positive) {
    const Outcome outcome = Try(engine, rule, example);
    if (!outcome.found)
      report(example,
             "the positive example is not found" +
                 (outcome.reason.empty() ? ": the pattern does not match" : ": " + outcome.reason));
    else if (!outcome.exact)
      report(example, "the positive example is found, but not exactly its `secret`");
  }
  for (const auto& example : rule.negative)
    if (Try(engine, rule, example).found) report(example, "the negative example is found");
}

}  // namespace

void CheckExamples(const std::shared_ptr<const RuleSet>& rules, Errors* errors) {
  const auto fast = MakeEngine(rules);
  for (const auto& rule : rules->rules) {
    const size_t before = errors->size();
    CheckRule(rule, fast.get(), "fast engine", errors);
    if (errors->size() > before) continue;
    const auto oracle = MakeOracle(rules, &rule);
    CheckRule(rule, oracle.get(), "oracle", errors);
  }
}

}  // namespace leaktrip

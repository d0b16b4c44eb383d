#include "detectors/leak/example_maker.h"

#include <algorithm>
#include <array>

#include "detectors/leak/engine.h"

namespace leaktrip {
namespace {

constexpr Millis kExampleTime = 1'577'836'800'000;  // as CheckExamples() judges
constexpr int kMostTries = 200;
constexpr size_t kMostLength = 4000;
constexpr uint32_t kMostMore = 8;  // repetitions beyond the least

// Letters and digits where the set has some: what a secret is made of, and safe in a URL.
std::vector<char> Choices(const CharSet& set) {
  std::vector<char> plain, printable;
  for (unsigned c = ' '; c <= '~'; ++c) {
    if (!set[c]) continue;
    printable.push_back(static_cast<char>(c));
    if (std::isalnum(static_cast<int>(c))) plain.push_back(static_cast<char>(c));
  }
  if (!plain.empty()) return plain;
  if (!printable.empty()) return printable;
  return {static_cast<char>(set._Find_first())};
}

class Maker {
 public:
  explicit Maker(std::mt19937_64* random) : random_(random) {}

  void Add(const PatternNode& node) {
    switch (node.kind) {
      case PatternNode::Kind::kSet: {
        const auto choices = Choices(node.set);
        match.text += choices[Below(choices.size())];
        break;
      }
      case PatternNode::Kind::kConcat:
        for (const auto& child : node.children) Add(child);
        break;
      case PatternNode::Kind::kAlternate:
        Add(node.children[Below(node.children.size())]);
        break;
      case PatternNode::Kind::kRepeat: {
        const uint32_t most = node.max == PatternNode::kUnbounded
                                  ? node.min + kMostMore
                                  : std::min(node.max, node.min + kMostMore);
        for (auto n = node.min + Below(most - node.min + 1);
             n > 0 && match.text.size() < kMostLength; --n)
          Add(node.children[0]);
        break;
      }
      case PatternNode::Kind::kCapture:
        match.begin = match.text.size();
        Add(node.children[0]);
        match.end = match.text.size();
        break;
      case PatternNode::Kind::kEmpty:
      case PatternNode::Kind::kAssert:
        break;
    }
  }

  MadeMatch match;

 private:
  uint64_t Below(uint64_t n) { return (*random_)() % n; }

  std::mt19937_64* random_;
};

// Tries texts on the rule alone, as the engine would see it beside no other rule.
class Trial {
 public:
  static Result<Trial> Make(const Rule& rule) {
    Errors errors;
    Rule bare = rule;
    bare.positive.clear();
    bare.negative.clear();
    bare.allowed.clear();
    Trial trial;
    trial.rules_ = CompileRules({std::move(bare)}, "examples", &errors);
    if (!trial.rules_) return std::unexpected(errors.front());
    trial.engine_ = MakeEngine(trial.rules_);
    return trial;
  }

  // Whether the rule finds anything in the text; with a secret, whether it finds exactly that.
  bool Finds(const std::string& text, std::string_view secret) {
    findings_.clear();
    verdicts_.clear();
    const auto end = static_cast<uint32_t>(text.size());
    engine_->Scan({text, {&end, 1}}, kExampleTime, &findings_, &verdicts_);
    for (const auto& verdict : verdicts_)
      if (!verdict.kept) reason = verdict.reason;
    return std::any_of(findings_.begin(), findings_.end(), [&](const Finding& finding) {
      return secret.empty() || finding.secret.Reveal() == secret;
    });
  }

  std::string reason = "the pattern does not match what was made for it";

 private:
  std::shared_ptr<const RuleSet> rules_;
  std::unique_ptr<Engine> engine_;
  std::vector<Finding> findings_;
  std::vector<Verdict> verdicts_;
};

bool FitsIntoUrl(std::string_view text) {
  return text.find_first_of(" \"'<>&?#%\\\n\r\t|`{}") == std::string_view::npos;
}

std::string Around(const Rule& rule, std::string_view match, bool url) {
  const std::string name = rule.hints.empty() ? "key" : rule.hints.front() + "_key";
  if (url && FitsIntoUrl(match))
    return "GET /v1/items?" + name + "=" + std::string(match) + "&page=2 HTTP/1.1";
  return "level=info msg=started " + name + "=" + std::string(match) + " retry=1";
}

void KeepWhatHolds(Trial* trial, Rule* rule) {
  std::erase_if(rule->positive, [&](const RuleExample& example) {
    return !trial->Finds(example.text, example.secret);
  });
  std::erase_if(rule->negative,
                [&](const RuleExample& example) { return trial->Finds(example.text, {}); });
}

}  // namespace

MadeMatch MakeMatch(const PatternNode& pattern, std::mt19937_64* random) {
  Maker maker(random);
  maker.Add(pattern);
  if (FindCapture(pattern) == nullptr) maker.match.end = maker.match.text.size();
  return std::move(maker.match);
}

Result<void> MakeExamples(Rule* rule, uint64_t seed) {
  const auto pattern = ParsePattern(rule->pattern);
  if (!pattern) return std::unexpected(pattern.error());
  auto trial = Trial::Make(*rule);
  if (!trial) return std::unexpected(trial.error());
  KeepWhatHolds(&*trial, rule);
  std::mt19937_64 random(seed);
  for (int i = 0; i < kMostTries && rule->positive.size() < 2; ++i) {
    const MadeMatch made = MakeMatch(*pattern, &random);
    const std::string secret = made.text.substr(made.begin, made.end - made.begin);
    const std::string text = Around(*rule, made.text, rule->positive.empty());
    if (trial->Finds(text, secret)) rule->positive.push_back({text, secret, {}});
  }
  if (rule->positive.size() < 2)
    return Fail(Code::kInvalid, "no example can be made: " + trial->reason, rule->pattern_place);
  if (!rule->negative.empty()) return {};
  const RuleExample& example = rule->positive.back();
  const size_t at = example.secret.empty() ? std::string::npos : example.text.find(example.secret);
  for (const size_t keep : {example.secret.size() - 1, example.secret.size() / 2, size_t{3}}) {
    if (at == std::string::npos || keep > example.secret.size()) continue;
    std::string cut = example.text;
    cut.erase(at + keep, example.secret.size() - keep);
    if (trial->Finds(cut, {})) continue;
    rule->negative.push_back({cut, "", {}});
    return {};
  }
  rule->negative.push_back({"level=info msg=started retry=1", "", {}});
  return {};
}

}  // namespace leaktrip

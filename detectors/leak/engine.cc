#include "detectors/leak/engine.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "detectors/leak/collector.h"
#include "detectors/leak/rule_set.h"
#include "detectors/leak/scout.h"

namespace leaktrip {
namespace {

class FastEngine : public Engine {
 public:
  explicit FastEngine(std::shared_ptr<const RuleSet> rules)
      : rules_(std::move(rules)), scout_(rules_), costs_(rules_->rules.size()) {}

  std::span<const RuleCost> Costs() const override { return costs_; }

  void Scan(const Block& block, Millis now, std::vector<Finding>* findings,
            std::vector<Verdict>* verdicts) override {
    collector_.Begin(block, now, findings, verdicts);
    Layers layers;
    ScanText(block.bytes, block.record_ends, layers);
    std::string_view text = block.bytes;
    std::span<const uint32_t> ends = block.record_ends;
    for (auto& decoded : decoded_) {
      decoded.Clear();
      DecodeOnce(text, ends, &decoded);
      if (decoded.bytes.empty()) break;
      layers.texts.push_back(&decoded);
      text = decoded.bytes;
      ends = decoded.ends;
      ScanText(text, ends, layers);
    }
    collector_.Finish();
  }

 private:
  void ScanText(std::string_view text, std::span<const uint32_t> ends, const Layers& layers) {
    for (const Window& window : scout_.Look(text, ends)) {
      costs_[window.rule].windows += 1;
      costs_[window.rule].bytes += window.end - window.begin;
      ConfirmWindow(window, text, ends, layers);
    }
  }

  // Tries the rule in each record that the window touches.
  void ConfirmWindow(const Window& window, std::string_view text, std::span<const uint32_t> ends,
                     const Layers& layers) {
    const CompiledRule& rule = rules_->compiled[window.rule];
    if (ends.empty() && rule.rule->multiline)
      return collector_.Collect(*rules_, rule, layers, text, {0, text.size()}, window.begin,
                                window.end);
    if (ends.empty()) return ConfirmLines(rule, window, text, layers);
    auto it = std::upper_bound(ends.begin(), ends.end(), window.begin);
    for (; it != ends.end(); ++it) {
      const Span record{it == ends.begin() ? 0 : *(it - 1), *it};
      if (record.begin >= window.end) break;
      collector_.Collect(*rules_, rule, layers, text, record, std::max(record.begin, window.begin),
                         std::min<size_t>(record.end, window.end));
    }
  }

  void ConfirmLines(const CompiledRule& rule, const Window& window, std::string_view text,
                    const Layers& layers) {
    for (size_t begin = window.begin; begin < window.end;) {
      const auto* newline =
          static_cast<const char*>(std::memchr(text.data() + begin, '\n', window.end - begin));
      const size_t end = newline ? static_cast<size_t>(newline - text.data()) : window.end;
      // Looking back for the line's beginning, and on for its end, goes no farther than boundary
      // checks do.
      collector_.Collect(*rules_, rule, layers, text, {LineBegin(text, begin), LineEnd(text, end)},
                         begin, end);
      begin = end + 1;
    }
  }

  static size_t LineBegin(std::string_view text, size_t at) {
    size_t begin = at;
    while (begin > 0 && at - begin < kContext && text[begin - 1] != '\n') --begin;
    return begin;
  }
  static size_t LineEnd(std::string_view text, size_t at) {
    size_t end = at;
    while (end < text.size() && end - at < kContext && text[end] != '\n') ++end;
    return end;
  }

  std::shared_ptr<const RuleSet> rules_;
  Scout scout_;
  Collector collector_{Search::kGuarded};
  std::array<DecodedText, kMaxLayers> decoded_;
  std::vector<RuleCost> costs_;
};

}  // namespace

std::unique_ptr<Engine> MakeEngine(std::shared_ptr<const RuleSet> rules) {
  return std::make_unique<FastEngine>(std::move(rules));
}

}  // namespace leaktrip

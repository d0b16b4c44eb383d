#include "detectors/leak/engine.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cstring>

#include "detectors/leak/collector.h"
#include "detectors/leak/rule_set.h"

namespace leaktrip {
namespace {

// Where a rule is to be tried: its matches that begin and end in [begin, end).
struct Window {
  uint32_t rule = 0;
  size_t begin = 0;
  size_t end = 0;
};

// Gathers stage one's hits as windows. Hits of one rule that touch become one window, so stage two
// never looks at a byte twice for the same rule: the whole stays linear in the text, whatever the
// text.
class Windows {
 public:
  explicit Windows(size_t rules) : last_(rules, kNone) {}

  void Clear() {
    for (const auto& window : windows_) last_[window.rule] = kNone;
    windows_.clear();
  }

  void Add(const Lead& lead, size_t hit_end, size_t text_size) {
    const size_t begin = hit_end - std::min<size_t>(hit_end, lead.begin_before);
    const size_t end = std::min(text_size, hit_end + lead.end_after);
    uint32_t& last = last_[lead.rule];
    if (last != kNone && begin <= windows_[last].end) {
      windows_[last].begin = std::min(windows_[last].begin, begin);
      windows_[last].end = std::max(windows_[last].end, end);
      return;
    }
    last = static_cast<uint32_t>(windows_.size());
    windows_.push_back({lead.rule, begin, end});
  }

  const std::vector<Window>& all() const { return windows_; }

 private:
  static constexpr uint32_t kNone = UINT32_MAX;
  std::vector<Window> windows_;
  std::vector<uint32_t> last_;  // by rule: its newest window
};

class FastEngine : public Engine {
 public:
  explicit FastEngine(std::shared_ptr<const RuleSet> rules)
      : rules_(std::move(rules)), windows_(rules_->rules.size()), costs_(rules_->rules.size()) {
    hs_scratch_t* scratch = nullptr;
    for (const auto* db : {rules_->stage_one.literals.get(), rules_->stage_one.patterns.get()})
      if (db && hs_alloc_scratch(db, &scratch) != HS_SUCCESS) throw std::bad_alloc();
    scratch_.reset(scratch);
  }

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
  struct Hit {
    FastEngine* engine;
    const std::vector<std::vector<Lead>>* literals;
    size_t text_size;
  };

  static int OnLiteral(unsigned id, unsigned long long, unsigned long long to, unsigned,
                       void* context) {
    const auto& hit = *static_cast<Hit*>(context);
    for (const Lead& lead : hit.engine->rules_->stage_one.literal_leads[id])
      hit.engine->windows_.Add(lead, to, hit.text_size);
    return 0;
  }

  static int OnPattern(unsigned id, unsigned long long, unsigned long long to, unsigned,
                       void* context) {
    const auto& hit = *static_cast<Hit*>(context);
    hit.engine->windows_.Add(hit.engine->rules_->stage_one.pattern_leads[id], to, hit.text_size);
    return 0;
  }

  void ScanText(std::string_view text, std::span<const uint32_t> ends, const Layers& layers) {
    assert(text.size() < UINT32_MAX);
    windows_.Clear();
    Hit hit{this, &rules_->stage_one.literal_leads, text.size()};
    const auto size = static_cast<unsigned>(text.size());
    if (const auto* db = rules_->stage_one.literals.get())
      hs_scan(db, text.data(), size, 0, scratch_.get(), OnLiteral, &hit);
    if (const auto* db = rules_->stage_one.patterns.get())
      hs_scan(db, text.data(), size, 0, scratch_.get(), OnPattern, &hit);
    for (const Window& window : windows_.all()) {
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
  HsScratch scratch_;
  Windows windows_;
  Collector collector_;
  std::array<DecodedText, kMaxLayers> decoded_;
  std::vector<RuleCost> costs_;
};

}  // namespace

std::unique_ptr<Engine> MakeEngine(std::shared_ptr<const RuleSet> rules) {
  return std::make_unique<FastEngine>(std::move(rules));
}

}  // namespace leaktrip

// The oracle: every rule over every whole record, no stage one and no windows. Slow and plain;
// tests compare the fast engine with it.
#include <algorithm>
#include <deque>
#include <utility>

#include "detectors/leak/collector.h"
#include "detectors/leak/engine.h"
#include "detectors/leak/rule_set.h"

namespace leaktrip {
namespace {

std::vector<Span> Records(std::string_view text, std::span<const uint32_t> ends) {
  std::vector<Span> records;
  size_t begin = 0;
  if (!ends.empty()) {
    for (const uint32_t end : ends) records.push_back({std::exchange(begin, end), end});
    return records;
  }
  while (begin < text.size()) {
    const size_t end = std::min(text.find('\n', begin), text.size());
    records.push_back({begin, end});
    begin = end + 1;
  }
  return records;
}

class Oracle : public Engine {
 public:
  Oracle(std::shared_ptr<const RuleSet> rules, const Rule* only)
      : rules_(std::move(rules)), only_(only) {}

  void Scan(const Block& block, Millis now, std::vector<Finding>* findings,
            std::vector<Verdict>* verdicts) override {
    collector_.Begin(block, now, findings, verdicts);
    std::deque<DecodedText> decoded;
    Layers layers;
    std::string_view text = block.bytes;
    std::span<const uint32_t> ends = block.record_ends;
    ScanText(text, ends, layers);
    while (decoded.size() < kMaxLayers) {
      DecodeOnce(text, ends, &decoded.emplace_back());
      if (decoded.back().bytes.empty()) break;
      layers.texts.push_back(&decoded.back());
      text = decoded.back().bytes;
      ends = decoded.back().ends;
      ScanText(text, ends, layers);
    }
    collector_.Finish();
  }

 private:
  void ScanText(std::string_view text, std::span<const uint32_t> ends, const Layers& layers) {
    const auto records = Records(text, ends);
    for (const auto& rule : rules_->compiled) {
      if (only_ && rule.rule != only_) continue;
      if (ends.empty() && rule.rule->multiline) {
        collector_.Collect(*rules_, rule, layers, text, {0, text.size()}, 0, text.size());
        continue;
      }
      for (const Span& record : records)
        collector_.Collect(*rules_, rule, layers, text, record, record.begin, record.end);
    }
  }

  std::shared_ptr<const RuleSet> rules_;
  const Rule* only_;
  Collector collector_{Search::kPlain};
};

}  // namespace

std::unique_ptr<Engine> MakeOracle(std::shared_ptr<const RuleSet> rules, const Rule* only) {
  return std::make_unique<Oracle>(std::move(rules), only);
}

}  // namespace leaktrip

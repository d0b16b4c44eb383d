// CountingEngine: the engine that a file is scanned with, and how many candidates of each rule it
// had to judge. One thread.
#pragma once

#include <memory>
#include <unordered_map>
#include <utility>
#include <vector>

#include "detectors/leak/engine.h"

namespace leaktrip {

class CountingEngine : public Engine {
 public:
  explicit CountingEngine(std::shared_ptr<const RuleSet> rules)
      : engine_(MakeEngine(std::move(rules))) {}

  std::span<const RuleCost> Costs() const override { return engine_->Costs(); }

  void Scan(const Block& block, Millis now, std::vector<Finding>* findings,
            std::vector<Verdict>*) override {
    verdicts_.clear();
    engine_->Scan(block, now, findings, &verdicts_);
    for (const Verdict& verdict : verdicts_) ++candidates_[verdict.rule];
  }

  uint64_t Candidates(const Rule& rule) const {
    const auto it = candidates_.find(&rule);
    return it == candidates_.end() ? 0 : it->second;
  }

 private:
  std::unique_ptr<Engine> engine_;
  std::vector<Verdict> verdicts_;
  std::unordered_map<const Rule*, uint64_t> candidates_;
};

}  // namespace leaktrip

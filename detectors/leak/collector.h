// Collector: from confirmed matches in a text, decoded or not, to findings in the block.
//
// Shared by both engines, so that they differ only in where they look. One thread; lives as long as
// its engine.
#pragma once

#include <string_view>
#include <vector>

#include "detectors/leak/confirm.h"
#include "detectors/leak/decode.h"

namespace leaktrip {

// Bytes around a window that boundary checks and names need; records are not looked at farther
// away.
inline constexpr size_t kContext = 64;

// How a text came from the block: the layers of decoding, outermost first. Empty for the block
// itself.
struct Layers {
  std::vector<const DecodedText*> texts;

  // The decode steps of the segment that holds `at` in the innermost text.
  std::vector<DecodeStep> StepsOf(size_t at) const;
  // The span in the block of a span in the innermost text.
  Span InBlock(Span span) const;
};

class Collector {
 public:
  explicit Collector(Search search) : search_(search) {}
  void Begin(const Block& block, Millis now, std::vector<Finding>* findings,
             std::vector<Verdict>* verdicts);
  // All matches of one rule that begin in [from, to) of one record [record.begin, record.end) of
  // text.
  void Collect(const RuleSet& set, const CompiledRule& rule, const Layers& layers,
               std::string_view text, Span record, size_t from, size_t to);
  // Where findings overlap the best stays: one secret, one finding. Orders by start and sets the
  // record index.
  void Finish();

 private:
  void Keep(const RuleSet& set, const CompiledRule& rule, const Layers& layers,
            std::string_view secret, Span span, Decision decision);
  void SetRecords(std::span<Finding> kept) const;

  Search search_;
  Block block_;
  Millis now_ = 0;
  size_t first_ = 0;  // findings before this one are the caller's
  std::vector<Finding>* findings_ = nullptr;
  std::vector<Verdict>* verdicts_ = nullptr;
};

}  // namespace leaktrip

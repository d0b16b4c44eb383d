// Scout: stage one at work. Says where in a text which rules are to be tried.
//
// Linear in the text, whatever the text: a hit is followed up within bounds, and hits of one rule
// that touch become one window, so stage two never looks at a byte twice for the same rule.
//
// One thread; owns its memory, which grows to what one text needs and stays.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "detectors/leak/rule_set.h"
#include "detectors/leak/run_finder.h"

namespace leaktrip {

// Where a rule is to be tried: its matches that begin and end in [begin, end).
struct Window {
  uint32_t rule = 0;
  size_t begin = 0;
  size_t end = 0;
};

class Scout {
 public:
  explicit Scout(std::shared_ptr<const RuleSet> rules);

  // Valid until the next call. Records as in Block.
  const std::vector<Window>& Look(std::string_view text, std::span<const uint32_t> ends);

 private:
  static int OnLiteral(unsigned id, unsigned long long, unsigned long long to, unsigned,
                       void* scout);
  static int OnPattern(unsigned id, unsigned long long, unsigned long long to, unsigned,
                       void* scout);

  void FindRuns();
  void SplitAtRecords(Run run);
  void AddRun(Run run);
  bool IsTelling(const Run& run) const;
  void TryRunRules(const Run& run);
  void Mark(size_t begin, size_t end);
  void FindMarks();
  void FollowWords();

  void Follow(const Lead& lead, size_t begin, size_t end);
  void FollowHint(const Lead& lead, size_t begin, size_t end);
  bool HintStands(std::string_view hint, size_t begin) const;
  bool RunFollows(const CompiledRule& rule, size_t from, size_t to) const;
  bool FarLiteralFollows(size_t from, size_t to) const;
  size_t NextBeginning(const Run& run, size_t at, size_t last) const;
  // Whether a match that lies in [from, to) may begin in the run.
  bool MatchMayBeginIn(const CompiledRule& rule, const Run& run, size_t from, size_t to) const;
  bool MayBegin(const CompiledRule& rule, size_t at) const;
  bool MayEnd(const CompiledRule& rule, size_t at) const;
  bool RecordEndsAt(size_t at) const;
  void AddWindow(uint32_t rule, size_t begin, size_t end);

  static constexpr uint32_t kNone = UINT32_MAX;

  std::shared_ptr<const RuleSet> rules_;
  const StageOne& stage_;
  HsScratch scratch_;
  std::string_view text_;
  std::span<const uint32_t> ends_;
  std::vector<Run> runs_;
  std::vector<uint64_t> blocks_;  // where words are looked up: a bit for 64 bytes
  std::vector<size_t> far_;       // begins of far literals
  std::vector<uint32_t> begins_;  // of words, scratch
  std::vector<WordHit> words_;
  std::vector<Window> windows_;
  std::vector<uint32_t> newest_;  // by rule: its newest window
};

}  // namespace leaktrip

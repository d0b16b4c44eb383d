#include "detectors/leak/scout.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cstring>
#include <new>

#include "detectors/leak/context.h"

namespace leaktrip {
namespace {

constexpr CharClass kAlphanumeric{"A-Za-z0-9"};
constexpr size_t kLongestEscape = 6;  // \u003d

// Whether an escape may end at `at`; says yes too often, stage two looks closer.
bool EscapeMayEndAt(std::string_view text, size_t at) {
  for (const size_t back : {2, 3, 4, 6})
    if (at >= back && (text[at - back] == '\\' || text[at - back] == '%')) return true;
  return false;
}

}  // namespace

Scout::Scout(std::shared_ptr<const RuleSet> rules)
    : rules_(std::move(rules)), stage_(rules_->stage_one), newest_(rules_->rules.size(), kNone) {
  hs_scratch_t* scratch = nullptr;
  for (const auto* db : {stage_.literals.get(), stage_.patterns.get()})
    if (db && hs_alloc_scratch(db, &scratch) != HS_SUCCESS) throw std::bad_alloc();
  scratch_.reset(scratch);
}

const std::vector<Window>& Scout::Look(std::string_view text, std::span<const uint32_t> ends) {
  assert(text.size() < UINT32_MAX);
  text_ = text;
  ends_ = ends;
  for (const auto& window : windows_) newest_[window.rule] = kNone;
  windows_.clear();
  far_.clear();
  blocks_.assign(text.size() / (64 * WordScanner::kBlock) + 1, 0);
  FindRuns();
  const auto size = static_cast<unsigned>(text.size());
  if (const auto* db = stage_.literals.get())
    hs_scan(db, text.data(), size, 0, scratch_.get(), OnLiteral, this);
  if (const auto* db = stage_.patterns.get())
    hs_scan(db, text.data(), size, 0, scratch_.get(), OnPattern, this);
  FindMarks();
  FollowWords();
  return windows_;
}

int Scout::OnLiteral(unsigned id, unsigned long long, unsigned long long to, unsigned,
                     void* scout) {
  auto* self = static_cast<Scout*>(scout);
  for (const Lead& lead : self->stage_.literal_leads[id])
    self->Follow(lead, to - std::min<size_t>(to, lead.begin_before), to);
  return 0;
}

int Scout::OnPattern(unsigned id, unsigned long long, unsigned long long to, unsigned,
                     void* scout) {
  auto* self = static_cast<Scout*>(scout);
  self->Follow(self->stage_.pattern_leads[id], to, to);
  return 0;
}

void Scout::FindRuns() {
  runs_.clear();
  RunFinder finder(text_, RunFinder::kLeast);
  for (Run run = finder.Next(); run.begin < run.end; run = finder.Next()) {
    if (ends_.empty())
      AddRun(run);
    else
      SplitAtRecords(run);
  }
}

void Scout::SplitAtRecords(Run run) {
  auto end = std::upper_bound(ends_.begin(), ends_.end(), run.begin);
  for (; end != ends_.end() && *end < run.end; ++end) {
    if (*end - run.begin >= RunFinder::kLeast) AddRun({run.begin, *end});
    run.begin = *end;
  }
  if (run.end - run.begin >= RunFinder::kLeast) AddRun(run);
}

void Scout::AddRun(Run run) {
  runs_.push_back(run);
  TryRunRules(run);
  if (!IsTelling(run)) return;
  size_t begin = run.begin - std::min(run.begin, stage_.word_reach);
  if (ends_.empty()) {
    const void* newline = memrchr(text_.data() + begin, '\n', run.begin - begin);
    if (newline) begin = static_cast<size_t>(static_cast<const char*>(newline) - text_.data()) + 1;
  }
  Mark(begin, run.end);
}

bool Scout::IsTelling(const Run& run) const {
  if (run.end - run.begin >= kLeastOtherRun) return true;
  size_t in_a_row = 0;
  for (size_t i = run.begin; i < run.end && in_a_row < kLeastWordRun; ++i)
    in_a_row = kInWord.Has(text_[i]) ? in_a_row + 1 : 0;
  return in_a_row >= kLeastWordRun;
}

void Scout::TryRunRules(const Run& run) {
  if (stage_.run_rules.empty()) return;
  const size_t least = rules_->compiled[stage_.run_rules.front()].run;
  if (run.end - run.begin < least) return;
  const size_t last = run.end - least;
  for (size_t at = run.begin; at <= last; at = NextBeginning(run, at + 1, last)) {
    for (const uint32_t i : stage_.run_rules) {
      const CompiledRule& rule = rules_->compiled[i];
      if (at + rule.run > run.end) break;
      const size_t to = std::min(text_.size(), at + rule.max_width);
      if (MayBegin(rule, at) && MayEnd(rule, at) && rule.guard->Allows(text_, at, to))
        AddWindow(i, at, to);
    }
  }
}

// Where a word may begin within a run, at or after `at`; past `last` when nowhere up to there.
size_t Scout::NextBeginning(const Run& run, size_t at, size_t last) const {
  const bool escaped =
      run.begin > 0 && (text_[run.begin - 1] == '\\' || text_[run.begin - 1] == '%');
  if (at <= run.begin || (escaped && at - run.begin < kLongestEscape)) return at;
  while (at <= last && kAlphanumeric.Has(text_[at - 1])) ++at;
  return at;
}

// Marks the blocks that hold [begin, end).
void Scout::Mark(size_t begin, size_t end) {
  const size_t first = begin / WordScanner::kBlock, last = (end - 1) / WordScanner::kBlock;
  for (size_t i = first / 64; i <= last / 64; ++i) {
    const size_t from = std::max(first, i * 64) - i * 64, to = std::min(last, i * 64 + 63) - i * 64;
    blocks_[i] |= ~uint64_t{0} << from & ~uint64_t{0} >> (63 - to);
  }
}

// All marks in one go through the text.
void Scout::FindMarks() {
  for (size_t at = 0; at < text_.size(); at += kMaskBytes) {
    const bool last = at + kMaskBytes + 1 > text_.size();
    for (const auto& [mark, leads] : stage_.marks) {
      uint64_t hits = ~uint64_t{0};
      if (!last) hits = PairMask(text_.data() + at, mark[0], mark[1]);
      for (; hits != 0; hits &= hits - 1) {
        const size_t begin = at + static_cast<size_t>(std::countr_zero(hits));
        if (begin >= text_.size()) break;
        if (text_.compare(begin, mark.size(), mark) != 0) continue;
        for (const Lead& lead : leads) Follow(lead, begin, begin + mark.size());
      }
    }
  }
}

void Scout::FollowWords() {
  words_.clear();
  stage_.words.Scan(text_, blocks_, ends_, &begins_, &words_);
  for (const WordHit& hit : words_) {
    const std::string& word = stage_.words.text(hit.word);
    // All that share the word as a hint need it to stand alone.
    if (stage_.words.caseless(hit.word) && !HintStands(word, hit.begin)) continue;
    for (const Lead& lead : stage_.word_leads[hit.word])
      Follow(lead, hit.begin, hit.begin + word.size());
  }
}

// A hit of the lead is text [begin, end).
void Scout::Follow(const Lead& lead, size_t begin, size_t end) {
  const size_t window_begin = end - std::min<size_t>(end, lead.begin_before);
  const size_t window_end = std::min(text_.size(), end + lead.end_after);
  switch (lead.kind) {
    case Lead::Kind::kPlain:
      break;
    case Lead::Kind::kFront: {
      const CompiledRule& rule = rules_->compiled[lead.rule];
      if (rule.bounded && !MayBegin(rule, begin)) return;
      if (!lead.guard->Allows(text_, begin, window_end)) return;
      break;
    }
    case Lead::Kind::kInside:
      if (!lead.guard->Allows(text_, end, window_end)) return;
      break;
    case Lead::Kind::kHint:
    case Lead::Kind::kFarHint:
      return FollowHint(lead, begin, end);
    case Lead::Kind::kMark:
      far_.push_back(begin);
      return Mark(begin - std::min(begin, stage_.far_reach), end);
  }
  AddWindow(lead.rule, window_begin, window_end);
}

void Scout::FollowHint(const Lead& lead, size_t begin, size_t end) {
  const CompiledRule& rule = rules_->compiled[lead.rule];
  size_t to = std::min(text_.size(), end + lead.end_after);
  if (ends_.empty() && !rule.rule->multiline) {
    const void* newline = std::memchr(text_.data() + end, '\n', to - end);
    if (newline) to = static_cast<size_t>(static_cast<const char*>(newline) - text_.data());
  }
  if (to - end < rule.min_width) return;
  if (lead.kind == Lead::Kind::kFarHint) {
    if (!FarLiteralFollows(end, to)) return;
  } else if (rule.run >= RunFinder::kLeast && !RunFollows(rule, end, to)) {
    return;
  }
  AddWindow(lead.rule, begin, to);
}

bool Scout::HintStands(std::string_view hint, size_t begin) const {
  if (HintStandsAt(text_, begin, hint)) return true;
  return RecordEndsAt(begin) && HintStandsAt(text_.substr(begin), 0, hint);
}

bool Scout::RunFollows(const CompiledRule& rule, size_t from, size_t to) const {
  auto run = std::upper_bound(runs_.begin(), runs_.end(), from,
                              [](size_t at, const Run& r) { return at < r.end; });
  for (; run != runs_.end() && run->begin < to; ++run) {
    if (rule.run_is_front) {
      if (MatchMayBeginIn(rule, *run, from, to)) return true;
    } else if (std::min(to, run->end) - std::max(from, run->begin) >= rule.run) {
      return true;
    }
  }
  return false;
}

bool Scout::FarLiteralFollows(size_t from, size_t to) const {
  const auto far = std::lower_bound(far_.begin(), far_.end(), from);
  return far != far_.end() && *far < to;
}

bool Scout::MatchMayBeginIn(const CompiledRule& rule, const Run& run, size_t from,
                            size_t to) const {
  const size_t end = std::min(to, run.end);
  if (end < rule.run) return false;
  const size_t last = end - rule.run;
  for (size_t at = std::max(from, run.begin);; ++at) {
    if (rule.bounded) at = NextBeginning(run, at, last);
    if (at > last) return false;
    if ((!rule.bounded || MayBegin(rule, at)) && MayEnd(rule, at) &&
        rule.guard->Allows(text_, at, to))
      return true;
  }
}

bool Scout::MayBegin(const CompiledRule& rule, size_t at) const {
  if (at == 0 || !rule.before[static_cast<unsigned char>(text_[at - 1])]) return true;
  return text_[at - 1] == '\n' || EscapeMayEndAt(text_, at) || RecordEndsAt(at);
}

// Whether the secret of a rule of one width that begins at `at` may end where it would.
bool Scout::MayEnd(const CompiledRule& rule, size_t at) const {
  if (rule.min_width != rule.max_width || rule.group != 0) return true;
  const size_t end = at + rule.max_width;
  if (end >= text_.size() || !rule.after[static_cast<unsigned char>(text_[end])]) return true;
  return text_[end] == '\n' || RecordEndsAt(end);
}

bool Scout::RecordEndsAt(size_t at) const {
  return std::binary_search(ends_.begin(), ends_.end(), at);
}

// Hits of one rule come from left to right, on each of its routes.
void Scout::AddWindow(uint32_t rule, size_t begin, size_t end) {
  uint32_t& newest = newest_[rule];
  if (newest != kNone && begin <= windows_[newest].end && end >= windows_[newest].begin) {
    windows_[newest].begin = std::min(windows_[newest].begin, begin);
    windows_[newest].end = std::max(windows_[newest].end, end);
    return;
  }
  newest = static_cast<uint32_t>(windows_.size());
  windows_.push_back({rule, begin, end});
}

}  // namespace leaktrip

#include "detectors/leak/run_finder.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cstring>

namespace leaktrip {
namespace {

// Bit i: bits i to i+15 of `mask` are set, taking the bits that follow from `next`.
uint64_t LongRuns(uint64_t mask, uint64_t next) {
  for (int shift = 1; shift <= 8; shift *= 2) {
    const uint64_t joined = mask >> shift | next << (64 - shift);
    next &= next >> shift;
    mask &= joined;
  }
  return mask;
}

}  // namespace

RunFinder::RunFinder(std::string_view text, size_t least) : text_(text), least_(least) {
  assert(least >= kLeast);
  Fill();
  starts_ = LongRuns(masks_[0], masks_[1]);
}

// Makes the masks of the next bytes from at_, one more than there is room to step through, for the
// look ahead.
void RunFinder::Fill() {
  const size_t left = (text_.size() - std::min(text_.size(), at_)) / kMaskBytes;
  const size_t whole = std::min(left, batch_ + 1);
  RunMasks(text_.data() + at_, whole, masks_.data());
  if (whole <= batch_) {
    const size_t from = at_ + whole * kMaskBytes;
    std::array<char, kMaskBytes> last{};
    if (from < text_.size()) std::memcpy(last.data(), text_.data() + from, text_.size() - from);
    RunMasks(last.data(), 1, &masks_[whole]);
    if (whole < batch_) masks_[whole + 1] = 0;
  }
  index_ = 0;
}

bool RunFinder::Advance() {
  at_ += kMaskBytes;
  if (++index_ == batch_) {
    batch_ = std::min(2 * batch_, kBatch);  // small at first: the next run may be near
    Fill();
  }
  return at_ < text_.size();
}

Run RunFinder::Next() {
  for (;;) {
    while (starts_ == 0) {
      if (!Advance()) return {text_.size(), text_.size()};
      starts_ = LongRuns(masks_[index_], masks_[index_ + 1]);
    }
    const auto first = static_cast<size_t>(std::countr_zero(starts_));
    const size_t begin = at_ + first;
    uint64_t gaps = ~masks_[index_] & ~uint64_t{0} << first;
    while (gaps == 0 && Advance()) gaps = ~masks_[index_];
    const auto last = static_cast<size_t>(std::countr_zero(gaps));  // 64: the text ends in the run
    const size_t end = std::min(at_ + last, text_.size());
    starts_ =
        last < kMaskBytes ? LongRuns(masks_[index_], masks_[index_ + 1]) & ~uint64_t{0} << last : 0;
    if (end - begin >= least_) return {begin, end};
  }
}

Run NextRun(std::string_view text, size_t from, size_t least) {
  const Run run = RunFinder(text.substr(from), least).Next();
  return {run.begin + from, run.end + from};
}

}  // namespace leaktrip

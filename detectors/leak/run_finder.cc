#include "detectors/leak/run_finder.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <cstring>

#ifdef __SSSE3__
#include <immintrin.h>
#endif

namespace leaktrip {
namespace {

constexpr size_t kBlock = 64;

#ifdef __SSSE3__
uint64_t Classify16(const char* at) {
  // A byte is in the class when its high and its low half share a bit.
  const __m128i high_table = _mm_setr_epi8(0, 0, 1, 2, 4, 8, 4, 16, 0, 0, 0, 0, 0, 0, 0, 0);
  const __m128i low_table =
      _mm_setr_epi8(2 | 8 | 16, 2 | 4 | 8 | 16, 2 | 4 | 8 | 16, 2 | 4 | 8 | 16, 2 | 4 | 8 | 16,
                    2 | 4 | 8 | 16, 2 | 4 | 8 | 16, 2 | 4 | 8 | 16, 2 | 4 | 8 | 16, 2 | 4 | 8 | 16,
                    4 | 8 | 16, 1 | 4, 4, 1 | 4, 4, 1 | 4 | 8);
  const __m128i half = _mm_set1_epi8(0x0f);
  const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
  const __m128i high = _mm_shuffle_epi8(high_table, _mm_and_si128(_mm_srli_epi16(bytes, 4), half));
  const __m128i low = _mm_shuffle_epi8(low_table, _mm_and_si128(bytes, half));
  const __m128i outside = _mm_cmpeq_epi8(_mm_and_si128(high, low), _mm_setzero_si128());
  return static_cast<uint16_t>(~_mm_movemask_epi8(outside));
}

// Bit i: byte i of the 64 at `at` is in the class.
uint64_t Classify(const char* at) {
  return Classify16(at) | Classify16(at + 16) << 16 | Classify16(at + 32) << 32 |
         Classify16(at + 48) << 48;
}
#else
uint64_t Classify(const char* at) {
  uint64_t mask = 0;
  for (size_t i = 0; i < kBlock; ++i) mask |= uint64_t{kInRun.Has(at[i])} << i;
  return mask;
}
#endif

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
  mask_ = MaskAt(0);
  next_ = MaskAt(kBlock);
  starts_ = LongRuns(mask_, next_);
}

uint64_t RunFinder::MaskAt(size_t at) const {
  if (at + kBlock <= text_.size()) return Classify(text_.data() + at);
  if (at >= text_.size()) return 0;
  std::array<char, kBlock> last{};
  std::memcpy(last.data(), text_.data() + at, text_.size() - at);
  return Classify(last.data());
}

bool RunFinder::Advance() {
  at_ += kBlock;
  mask_ = next_;
  next_ = MaskAt(at_ + kBlock);
  return at_ < text_.size();
}

Run RunFinder::Next() {
  for (;;) {
    while (starts_ == 0) {
      if (!Advance()) return {text_.size(), text_.size()};
      starts_ = LongRuns(mask_, next_);
    }
    const auto first = static_cast<size_t>(std::countr_zero(starts_));
    const size_t begin = at_ + first;
    uint64_t gaps = ~mask_ & ~uint64_t{0} << first;
    while (gaps == 0 && Advance()) gaps = ~mask_;
    const auto last = static_cast<size_t>(std::countr_zero(gaps));  // 64: the text ends in the run
    const size_t end = std::min(at_ + last, text_.size());
    starts_ = last < kBlock ? LongRuns(mask_, next_) & ~uint64_t{0} << last : 0;
    if (end - begin >= least_) return {begin, end};
  }
}

Run NextRun(std::string_view text, size_t from, size_t least) {
  const Run run = RunFinder(text.substr(from), least).Next();
  return {run.begin + from, run.end + from};
}

}  // namespace leaktrip

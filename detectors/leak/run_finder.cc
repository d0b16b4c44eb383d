#include "detectors/leak/run_finder.h"

#include <bit>
#include <cassert>
#include <cstdint>

#ifdef __SSSE3__
#include <immintrin.h>
#endif

#include "detectors/leak/char_class.h"

namespace leaktrip {
namespace {

constexpr CharClass kInRun{"A-Za-z0-9+/_-"};
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

Run Extend(std::string_view text, size_t from, size_t inside) {
  Run run{inside, inside};
  while (run.begin > from && kInRun.Has(text[run.begin - 1])) --run.begin;
  while (run.end < text.size() && kInRun.Has(text[run.end])) ++run.end;
  return run;
}

// The same for the last bytes of a text, one by one.
Run NextRunSlowly(std::string_view text, size_t from, size_t at, size_t least) {
  while (at < text.size()) {
    const Run run = Extend(text, from, at);
    if (run.end - run.begin >= least) return run;
    at = run.end + 1;
  }
  return {text.size(), text.size()};
}

}  // namespace

Run NextRun(std::string_view text, size_t from, size_t least) {
  assert(least >= 16);
  size_t at = from;
  uint64_t mask = at + kBlock <= text.size() ? Classify(text.data() + at) : 0;
  for (; at + 2 * kBlock <= text.size(); at += kBlock) {
    const uint64_t next = Classify(text.data() + at + kBlock);
    uint64_t starts = LongRuns(mask, next);
    while (starts != 0) {
      const Run run = Extend(text, from, at + static_cast<size_t>(std::countr_zero(starts)));
      if (run.end - run.begin >= least) return run;
      if (run.end - at >= kBlock) break;
      starts &= ~uint64_t{0} << (run.end - at);
    }
    mask = next;
  }
  return NextRunSlowly(text, from, at, least);
}

}  // namespace leaktrip

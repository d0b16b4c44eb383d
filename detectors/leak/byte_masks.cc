#include "detectors/leak/byte_masks.h"

#ifdef __SSSE3__
#include <immintrin.h>
#endif

namespace leaktrip {
namespace {

#ifdef __SSSE3__
// A byte is in kInRun when the values of its high and its low half share a bit.
#define LEAKTRIP_HIGH_TABLE 0, 0, 1, 2, 4, 8, 4, 16, 0, 0, 0, 0, 0, 0, 0, 0
#define LEAKTRIP_LOW_TABLE 26, 30, 30, 30, 30, 30, 30, 30, 30, 30, 28, 5, 4, 5, 4, 13

uint64_t RunMask16(const char* at) {
  const __m128i high_table = _mm_setr_epi8(LEAKTRIP_HIGH_TABLE);
  const __m128i low_table = _mm_setr_epi8(LEAKTRIP_LOW_TABLE);
  const __m128i half = _mm_set1_epi8(0x0f);
  const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
  const __m128i high = _mm_shuffle_epi8(high_table, _mm_and_si128(_mm_srli_epi16(bytes, 4), half));
  const __m128i low = _mm_shuffle_epi8(low_table, _mm_and_si128(bytes, half));
  const __m128i outside = _mm_cmpeq_epi8(_mm_and_si128(high, low), _mm_setzero_si128());
  return static_cast<uint16_t>(~_mm_movemask_epi8(outside));
}

void RunMasksSsse3(const char* at, size_t blocks, uint64_t* masks) {
  for (size_t i = 0; i < blocks; ++i, at += kMaskBytes)
    masks[i] = RunMask16(at) | RunMask16(at + 16) << 16 | RunMask16(at + 32) << 32 |
               RunMask16(at + 48) << 48;
}

WordMasks WordMasksSse2(const char* at) {
  WordMasks masks;
  for (int i = 0; i < 4; ++i) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at + 16 * i));
    const __m128i folded = _mm_or_si128(bytes, _mm_set1_epi8(0x20));
    // Shifted so that a to z are the 26 least signed values.
    const __m128i shifted = _mm_sub_epi8(folded, _mm_set1_epi8(static_cast<char>('a' + 128)));
    const __m128i letter = _mm_cmplt_epi8(shifted, _mm_set1_epi8(-128 + 26));
    const __m128i escape = _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('%')),
                                        _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\')));
    const __m128i from_zero = _mm_sub_epi8(bytes, _mm_set1_epi8(static_cast<char>('0' + 128)));
    const __m128i digit = _mm_cmplt_epi8(from_zero, _mm_set1_epi8(-128 + 10));
    const auto bits = [i](__m128i of) {
      return static_cast<uint64_t>(static_cast<uint32_t>(_mm_movemask_epi8(of))) << (16 * i);
    };
    masks.letters |= bits(letter);
    masks.lower |= bits(_mm_slli_epi16(bytes, 2));  // the bit that tells the case, on top
    masks.digits |= bits(digit);
    masks.escapes |= bits(escape);
  }
  masks.lower &= masks.letters;
  return masks;
}

uint64_t PairMaskSse2(const char* at, char first, char second) {
  uint64_t mask = 0;
  for (int i = 0; i < 4; ++i) {
    const auto equal = [&](const char* from, char c) {
      return _mm_cmpeq_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i*>(from + 16 * i)),
                            _mm_set1_epi8(c));
    };
    const __m128i both = _mm_and_si128(equal(at, first), equal(at + 1, second));
    mask |= static_cast<uint64_t>(static_cast<uint32_t>(_mm_movemask_epi8(both))) << (16 * i);
  }
  return mask;
}

#define LEAKTRIP_AVX2 __attribute__((target("avx2,bmi")))

LEAKTRIP_AVX2 uint64_t Join(__m256i low, __m256i high) {
  return static_cast<uint32_t>(_mm256_movemask_epi8(low)) |
         static_cast<uint64_t>(static_cast<uint32_t>(_mm256_movemask_epi8(high))) << 32;
}

LEAKTRIP_AVX2 void RunMasksAvx2(const char* at, size_t blocks, uint64_t* masks) {
  const __m256i high_table = _mm256_setr_epi8(LEAKTRIP_HIGH_TABLE, LEAKTRIP_HIGH_TABLE);
  const __m256i low_table = _mm256_setr_epi8(LEAKTRIP_LOW_TABLE, LEAKTRIP_LOW_TABLE);
  const __m256i half = _mm256_set1_epi8(0x0f);
  for (size_t i = 0; i < blocks; ++i, at += kMaskBytes) {
    __m256i outside[2];
    for (int j = 0; j < 2; ++j) {
      const __m256i bytes = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at + 32 * j));
      const __m256i high =
          _mm256_shuffle_epi8(high_table, _mm256_and_si256(_mm256_srli_epi16(bytes, 4), half));
      const __m256i low = _mm256_shuffle_epi8(low_table, _mm256_and_si256(bytes, half));
      outside[j] = _mm256_cmpeq_epi8(_mm256_and_si256(high, low), _mm256_setzero_si256());
    }
    masks[i] = ~Join(outside[0], outside[1]);
  }
}

LEAKTRIP_AVX2 WordMasks WordMasksAvx2(const char* at) {
  __m256i letter[2], lower[2], digit[2], escape[2];
  for (int j = 0; j < 2; ++j) {
    const __m256i bytes = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at + 32 * j));
    const __m256i folded = _mm256_or_si256(bytes, _mm256_set1_epi8(0x20));
    const __m256i shifted = _mm256_sub_epi8(folded, _mm256_set1_epi8(static_cast<char>('a' + 128)));
    letter[j] = _mm256_cmpgt_epi8(_mm256_set1_epi8(-128 + 26), shifted);
    lower[j] = _mm256_slli_epi16(bytes, 2);
    const __m256i from_zero =
        _mm256_sub_epi8(bytes, _mm256_set1_epi8(static_cast<char>('0' + 128)));
    digit[j] = _mm256_cmpgt_epi8(_mm256_set1_epi8(-128 + 10), from_zero);
    escape[j] = _mm256_or_si256(_mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('%')),
                                _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('\\')));
  }
  WordMasks masks;
  masks.letters = Join(letter[0], letter[1]);
  masks.lower = Join(lower[0], lower[1]) & masks.letters;
  masks.digits = Join(digit[0], digit[1]);
  masks.escapes = Join(escape[0], escape[1]);
  return masks;
}

LEAKTRIP_AVX2 uint64_t PairMaskAvx2(const char* at, char first, char second) {
  __m256i both[2];
  for (int j = 0; j < 2; ++j) {
    const auto* here = reinterpret_cast<const __m256i*>(at + 32 * j);
    const auto* next = reinterpret_cast<const __m256i*>(at + 32 * j + 1);
    both[j] =
        _mm256_and_si256(_mm256_cmpeq_epi8(_mm256_loadu_si256(here), _mm256_set1_epi8(first)),
                         _mm256_cmpeq_epi8(_mm256_loadu_si256(next), _mm256_set1_epi8(second)));
  }
  return Join(both[0], both[1]);
}

const bool kHasAvx2 = __builtin_cpu_supports("avx2");
#else
constexpr CharClass kLetters{"A-Za-z"};

void RunMasksPlainly(const char* at, size_t blocks, uint64_t* masks) {
  for (size_t i = 0; i < blocks; ++i, at += kMaskBytes) {
    masks[i] = 0;
    for (size_t j = 0; j < kMaskBytes; ++j) masks[i] |= uint64_t{kInRun.Has(at[j])} << j;
  }
}

WordMasks WordMasksPlainly(const char* at) {
  WordMasks masks;
  for (size_t i = 0; i < kMaskBytes; ++i) {
    const uint64_t bit = uint64_t{1} << i;
    if (kLetters.Has(at[i])) masks.letters |= bit;
    if (kLetters.Has(at[i]) && (at[i] & 0x20) != 0) masks.lower |= bit;
    if (at[i] >= '0' && at[i] <= '9') masks.digits |= bit;
    if (at[i] == '%' || at[i] == '\\') masks.escapes |= bit;
  }
  return masks;
}

uint64_t PairMaskPlainly(const char* at, char first, char second) {
  uint64_t mask = 0;
  for (size_t i = 0; i < kMaskBytes; ++i)
    mask |= uint64_t{at[i] == first && at[i + 1] == second} << i;
  return mask;
}
#endif

}  // namespace

#ifdef __SSSE3__
void RunMasks(const char* at, size_t blocks, uint64_t* masks) {
  kHasAvx2 ? RunMasksAvx2(at, blocks, masks) : RunMasksSsse3(at, blocks, masks);
}
WordMasks WordMasksOf(const char* at) { return kHasAvx2 ? WordMasksAvx2(at) : WordMasksSse2(at); }
uint64_t PairMask(const char* at, char first, char second) {
  return kHasAvx2 ? PairMaskAvx2(at, first, second) : PairMaskSse2(at, first, second);
}
#else
void RunMasks(const char* at, size_t blocks, uint64_t* masks) {
  RunMasksPlainly(at, blocks, masks);
}
WordMasks WordMasksOf(const char* at) { return WordMasksPlainly(at); }
uint64_t PairMask(const char* at, char first, char second) {
  return PairMaskPlainly(at, first, second);
}
#endif

}  // namespace leaktrip

#include "detectors/leak/decode_triggers.h"

#include <bit>
#include <cassert>

#ifdef __SSSE3__
#include <immintrin.h>
#endif

#include "detectors/base/encoding.h"
#include "detectors/leak/decode_units.h"

namespace leaktrip {
namespace {

constexpr size_t kBlock = 16;

#ifdef __SSSE3__
// Bit i: byte i of the 16 at `at` is one of NUL, \x1f, % & + < \ \xc2 \xe2 \xef. A byte is one when
// its high and its low half share a bit.
inline uint32_t Classify(const char* at) {
  const __m128i high_table = _mm_setr_epi8(1, 2, 4, 8, 0, 16, 0, 0, 0, 0, 0, 0, 32, 0, 64, 0);
  const __m128i low_table =
      _mm_setr_epi8(1, 0, 32 | 64, 0, 0, 4, 4, 0, 0, 0, 0, 4, 8 | 16, 0, 0, 2 | 64);
  const __m128i half = _mm_set1_epi8(0x0f);
  const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
  const __m128i high = _mm_shuffle_epi8(high_table, _mm_and_si128(_mm_srli_epi16(bytes, 4), half));
  const __m128i low = _mm_shuffle_epi8(low_table, _mm_and_si128(bytes, half));
  const __m128i outside = _mm_cmpeq_epi8(_mm_and_si128(high, low), _mm_setzero_si128());
  return static_cast<uint16_t>(~_mm_movemask_epi8(outside));
}
#else
uint32_t Classify(const char* at) {
  constexpr CharClass kMarks{std::string_view("\0\x1f%&+<\\\xc2\xe2\xef", 10)};
  uint32_t mask = 0;
  for (size_t i = 0; i < kBlock; ++i) mask |= uint32_t{kMarks.Has(at[i])} << i;
  return mask;
}
#endif

void Look(std::string_view text, size_t at, Triggers* triggers) {
  const auto offset = static_cast<uint32_t>(at);
  switch (text[at]) {
    case '\0':
      triggers->nul = true;
      break;
    case '\x1f':
      if (text.substr(at, 3) == "\x1f\x8b\x08") triggers->gzip.push_back(offset);
      break;
    case '%':
      if (IsTelling(PercentUnit(text, at))) triggers->percent.push_back(offset);
      break;
    case '&':
      if (IsTelling(EntityUnit(text, at))) triggers->entity.push_back(offset);
      break;
    case '+':
      if (at > 0 && text[at - 1] == 'U' && NotationBegins(text, at - 1))
        triggers->notation.push_back(offset - 1);
      break;
    case '\\':
      // Most backslashes stand before a quote or an n.
      if (at + 1 < text.size() && (text[at + 1] == '"' || text[at + 1] == 'n')) break;
      if (IsTelling(EscapeUnit(text, at)))
        triggers->escape.push_back(offset);
      else if (at + 1 < text.size() && HexDigit(text[at + 1]) >= 0 && NotationBegins(text, at))
        triggers->notation.push_back(offset);
      break;
    case '<':
    case '\xc2':
    case '\xe2':
    case '\xef':
      if (MarkupWithinWord(text, at)) triggers->markup.push_back(offset);
      break;
    default:
      break;
  }
}

}  // namespace

void Triggers::Clear() {
  for (auto* offsets : {&percent, &escape, &entity, &markup, &notation, &gzip}) offsets->clear();
  nul = false;
}

void FindTriggers(std::string_view text, Triggers* triggers) {
  assert(text.size() < UINT32_MAX);
  size_t at = 0;
#ifdef __SSSE3__
  // Most stretches hold no mark at all.
  for (; at + 4 * kBlock <= text.size(); at += 4 * kBlock) {
    uint64_t mask = Classify(text.data() + at);
    for (size_t i = 1; i < 4; ++i)
      mask |= uint64_t{Classify(text.data() + at + i * kBlock)} << (i * kBlock);
    for (; mask != 0; mask &= mask - 1)
      Look(text, at + static_cast<size_t>(std::countr_zero(mask)), triggers);
  }
#endif
  for (; at + kBlock <= text.size(); at += kBlock)
    for (uint32_t mask = Classify(text.data() + at); mask != 0; mask &= mask - 1)
      Look(text, at + static_cast<size_t>(std::countr_zero(mask)), triggers);
  for (; at < text.size(); ++at) Look(text, at, triggers);
}

}  // namespace leaktrip

#include "detectors/leak/word_scanner.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cstring>
#include <utility>

#ifdef __SSE2__
#include <immintrin.h>
#endif

#include "detectors/leak/char_class.h"

namespace leaktrip {
namespace {

constexpr CharClass kLetters{"A-Za-z"};
constexpr uint64_t kFold = 0x2020202020202020u;  // makes letters lower case, and mixes up the rest

struct Masks {
  uint64_t letters = 0;
  uint64_t lower = 0;    // among them
  uint64_t escapes = 0;  // % and backslash
};

#ifdef __SSE2__
Masks MasksOf(const char* at) {
  Masks masks;
  for (int i = 0; i < 4; ++i) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at + 16 * i));
    const __m128i folded = _mm_or_si128(bytes, _mm_set1_epi8(0x20));
    // Shifted so that a to z are the 26 least signed values.
    const __m128i shifted = _mm_sub_epi8(folded, _mm_set1_epi8(static_cast<char>('a' + 128)));
    const __m128i letter = _mm_cmplt_epi8(shifted, _mm_set1_epi8(-128 + 26));
    const __m128i escape = _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('%')),
                                        _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\')));
    const auto bits = [i](__m128i of) {
      return static_cast<uint64_t>(static_cast<uint32_t>(_mm_movemask_epi8(of))) << (16 * i);
    };
    masks.letters |= bits(letter);
    masks.lower |= bits(_mm_slli_epi16(bytes, 2));  // the bit that tells the case, on top
    masks.escapes |= bits(escape);
  }
  masks.lower &= masks.letters;
  return masks;
}
#else
Masks MasksOf(const char* at) {
  Masks masks;
  for (int i = 0; i < 64; ++i) {
    const uint64_t bit = uint64_t{1} << i;
    if (kLetters.Has(at[i])) masks.letters |= bit;
    if (kLetters.Has(at[i]) && (at[i] & 0x20) != 0) masks.lower |= bit;
    if (at[i] == '%' || at[i] == '\\') masks.escapes |= bit;
  }
  return masks;
}
#endif

// Where a word begins in the 64 bytes at `at`, which may be the last and fewer.
uint64_t Begins(std::string_view text, size_t at) {
  std::array<char, WordScanner::kBlock> last{};
  const char* bytes = text.data() + at;
  if (at + last.size() > text.size()) {
    std::memcpy(last.data(), bytes, text.size() - at);
    bytes = last.data();
  }
  const Masks masks = MasksOf(bytes);
  const auto letter = [&](size_t i) { return uint64_t{i < text.size() && kLetters.Has(text[i])}; };
  const uint64_t before = at > 0 ? letter(at - 1) : 0;
  const uint64_t before_lower = before & static_cast<uint64_t>(at > 0 && text[at - 1] & 0x20);
  const size_t next = at + last.size();
  const uint64_t after_lower = letter(next) & uint64_t{next < text.size() && text[next] & 0x20};
  const uint64_t upper = masks.letters & ~masks.lower;
  uint64_t begins = masks.letters & ~(masks.letters << 1 | before);
  begins |= upper & (masks.lower << 1 | before_lower);
  begins |= upper & (masks.lower >> 1 | after_lower << 63);
  uint64_t escaped = masks.escapes;
  escaped = escaped << 2 | escaped << 3 | escaped << 4 | escaped << 6;
  for (size_t i = 1; i <= std::min<size_t>(at, 6); ++i)
    if (text[at - i] == '%' || text[at - i] == '\\')
      for (const size_t after : {2, 3, 4, 6})
        if (after >= i) escaped |= uint64_t{1} << (after - i);
  return begins | (escaped & masks.letters);
}

}  // namespace

uint32_t WordScanner::Add(std::string text, bool caseless) {
  assert(text.size() >= kLeast && kLetters.Has(text.front()));
  words_.push_back({std::move(text), caseless});
  return static_cast<uint32_t>(words_.size() - 1);
}

void WordScanner::Finish() {
  constexpr std::array<size_t, 3> kBytes = {3, 4, 6};
  std::array<std::vector<std::pair<size_t, uint32_t>>, 3> found;  // bucket and word
  for (size_t i = 0; i < indexes_.size(); ++i)
    indexes_[i].mask = (uint64_t{1} << (8 * kBytes[i])) - 1;
  for (uint32_t i = 0; i < words_.size(); ++i) {
    const std::string& text = words_[i].text;
    const size_t way = IndexOf(text.size());
    uint64_t key = 0;
    std::memcpy(&key, text.data(), kBytes[way]);
    const size_t hash = Index::Hash((key | kFold) & indexes_[way].mask);
    indexes_[way].bits[hash >> 6] |= uint64_t{1} << (hash & 63);
    found[way].emplace_back(hash >> 4, i);
  }
  for (size_t way = 0; way < found.size(); ++way) {
    Index& index = indexes_[way];
    std::sort(found[way].begin(), found[way].end());
    for (const auto& [bucket, word] : found[way]) {
      index.words.push_back(word);
      index.bucket[bucket + 1] = static_cast<uint32_t>(index.words.size());
    }
    for (size_t i = 1; i < index.bucket.size(); ++i)
      index.bucket[i] = std::max(index.bucket[i], index.bucket[i - 1]);
  }
}

void WordScanner::Scan(std::string_view text, std::span<const uint64_t> blocks,
                       std::span<const uint32_t> ends, std::vector<uint32_t>* scratch,
                       std::vector<WordHit>* hits) const {
  constexpr size_t kBatch = 4096;
  scratch->resize(kBatch + kBlock);
  uint32_t* const begins = scratch->data();
  size_t count = 0;
  auto end = ends.begin();
  for (size_t i = 0; i < blocks.size(); ++i) {
    for (uint64_t marked = blocks[i]; marked != 0; marked &= marked - 1) {
      const size_t at = (i * 64 + static_cast<size_t>(std::countr_zero(marked))) * kBlock;
      if (at >= text.size()) break;
      uint64_t bits = Begins(text, at);
      if (!ends.empty()) {
        end = std::lower_bound(end, ends.end(), at);
        for (; end != ends.end() && *end < at + kBlock && *end < text.size(); ++end)
          bits |= uint64_t{1} << (*end - at);
      }
      // Eight at a time, needed or not: guessing their number wrong would cost more.
      const auto number = static_cast<size_t>(std::popcount(bits));
      for (size_t done = 0; done < number; done += 8) {
        for (size_t j = 0; j < 8; ++j) {
          begins[count + done + j] =
              static_cast<uint32_t>(at + static_cast<size_t>(std::countr_zero(bits)));
          bits &= bits - 1;
        }
      }
      count += number;
      if (count > kBatch - kBlock) {
        LookUp(text, {begins, count}, hits);
        count = 0;
      }
    }
  }
  LookUp(text, {begins, count}, hits);
}

void WordScanner::LookUp(std::string_view text, std::span<const uint32_t> begins,
                         std::vector<WordHit>* hits) const {
  for (const uint32_t begin : begins) {
    uint64_t key = 0;
    if (begin + sizeof key <= text.size()) {
      std::memcpy(&key, text.data() + begin, sizeof key);
    } else {
      std::memcpy(&key, text.data() + begin, text.size() - begin);
    }
    key |= kFold;
    if (int{indexes_[0].May(key)} | int{indexes_[1].May(key)} | int{indexes_[2].May(key)})
      Compare(text, begin, key, hits);
  }
}

void WordScanner::Compare(std::string_view text, uint32_t begin, uint64_t key,
                          std::vector<WordHit>* hits) const {
  const auto matches = [&](const Word& word) {
    if (word.text.size() > text.size() - begin) return false;
    const char* at = text.data() + begin;
    if (!word.caseless) return std::memcmp(at, word.text.data(), word.text.size()) == 0;
    for (const char c : word.text) {
      const char here = *at >= 'A' && *at <= 'Z' ? static_cast<char>(*at + 32) : *at;
      if (here != c) return false;
      ++at;
    }
    return true;
  };
  for (const Index& index : indexes_) {
    const size_t bucket = Index::Hash(key & index.mask) >> 4;
    for (size_t i = index.bucket[bucket]; i < index.bucket[bucket + 1]; ++i)
      if (matches(words_[index.words[i]])) hits->push_back({index.words[i], begin});
  }
}

}  // namespace leaktrip

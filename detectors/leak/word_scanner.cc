#include "detectors/leak/word_scanner.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cstring>
#include <utility>

#include "detectors/leak/byte_masks.h"
#include "detectors/leak/char_class.h"

namespace leaktrip {
namespace {

constexpr CharClass kLetters{"A-Za-z"};
constexpr uint64_t kFold = 0x2020202020202020u;  // makes letters lower case, and mixes up the rest

// Where words begin in blocks of 64 bytes, one after the other. Says yes too often at the edges of
// blocks; what is looked up is compared in the end.
class Beginnings {
 public:
  explicit Beginnings(std::string_view text) : text_(text) {}

  uint64_t In(size_t at) {
    const WordMasks masks =
        at + kMaskBytes <= text_.size() ? WordMasksOf(text_.data() + at) : LastMasks(at);
    if (at != next_) LookBack(at);
    const uint64_t upper = masks.letters & ~masks.lower;
    uint64_t begins = masks.letters & ~(masks.letters << 1 | letter_before_);
    // After a digit only what goes on with letters: hex numbers are full of single ones.
    const uint64_t go_on =
        (masks.letters >> 1 | uint64_t{1} << 63) & (masks.letters >> 2 | uint64_t{3} << 62);
    begins &= ~(masks.digits << 1) | go_on;
    begins |= upper & (masks.lower << 1 | letter_before_);
    begins |= upper & (masks.lower >> 1 | uint64_t{1} << 63);
    if ((masks.escapes | escapes_before_) != 0) begins |= masks.letters & Escaped(masks.escapes);
    letter_before_ = masks.letters >> 63;
    escapes_before_ = masks.escapes >> (64 - kLongestEscape);
    next_ = at + kMaskBytes;
    return begins;
  }

 private:
  static constexpr size_t kLongestEscape = 6;  // \u003d

  WordMasks LastMasks(size_t at) const {
    std::array<char, kMaskBytes> last{};
    std::memcpy(last.data(), text_.data() + at, text_.size() - at);
    return WordMasksOf(last.data());
  }

  // The block before has not been seen.
  void LookBack(size_t at) {
    letter_before_ = at > 0 && kLetters.Has(text_[at - 1]) ? 1 : 0;
    escapes_before_ = 0;
    for (size_t i = 1; i <= std::min(at, kLongestEscape); ++i)
      if (text_[at - i] == '%' || text_[at - i] == '\\')
        escapes_before_ |= uint64_t{1} << (kLongestEscape - i);
  }

  uint64_t Escaped(uint64_t escapes) const {
    uint64_t after = 0;
    for (const size_t length : {2, 3, 4, 6})
      after |= escapes << length | escapes_before_ >> (kLongestEscape - length);
    return after;
  }

  std::string_view text_;
  size_t next_ = SIZE_MAX;
  uint64_t letter_before_ = 0;   // the byte before the block is one
  uint64_t escapes_before_ = 0;  // of the last bytes before it
};

}  // namespace

uint32_t WordScanner::Add(std::string text, bool caseless) {
  assert(text.size() >= kLeast && kLetters.Has(text.front()));
  words_.push_back({std::move(text), caseless});
  return static_cast<uint32_t>(words_.size() - 1);
}

WordScanner::Entry WordScanner::EntryOf(uint32_t word) const {
  const std::string& text = words_[word].text;
  Entry entry{.word = word};
  const size_t size = std::min(text.size(), sizeof entry.key);
  std::memcpy(&entry.key, text.data(), size);
  entry.mask = ~uint64_t{0} >> (64 - 8 * size);
  entry.key = (entry.key | kFold) & entry.mask;
  return entry;
}

void WordScanner::Finish() {
  std::array<std::vector<std::pair<size_t, uint32_t>>, 2> found;  // hash and word
  for (uint32_t i = 0; i < words_.size(); ++i) {
    const std::string& text = words_[i].text;
    uint64_t key = 0;
    std::memcpy(&key, text.data(), std::min(text.size(), sizeof key));
    key |= kFold;
    if (text.size() == kLeast) {
      const size_t hash = Hash(key << 8);
      short_[hash >> 6] |= uint64_t{1} << (hash & 63);
      found[1].emplace_back(hash, i);
      continue;
    }
    after_[Hash(key)] |=
        text.size() < 6 ? uint16_t{0xffff} : static_cast<uint16_t>(1 << After(key));
    found[0].emplace_back(Hash(key), i);
  }
  for (size_t way = 0; way < found.size(); ++way) {
    std::sort(found[way].begin(), found[way].end());
    bucket_[way].assign((size_t{1} << kHashBits) + 1, 0);
    for (const auto& [hash, word] : found[way]) {
      by_hash_[way].push_back(EntryOf(word));
      bucket_[way][hash + 1] = static_cast<uint32_t>(by_hash_[way].size());
    }
    for (size_t i = 1; i < bucket_[way].size(); ++i)
      bucket_[way][i] = std::max(bucket_[way][i], bucket_[way][i - 1]);
  }
}

void WordScanner::Scan(std::string_view text, std::span<const uint64_t> blocks,
                       std::span<const uint32_t> ends, std::vector<uint32_t>* scratch,
                       std::vector<WordHit>* hits) const {
  constexpr size_t kBatch = 4096;
  scratch->resize(kBatch + kBlock);
  uint32_t* const begins = scratch->data();
  Beginnings beginnings(text);
  size_t count = 0;
  auto end = ends.begin();
  for (size_t i = 0; i < blocks.size(); ++i) {
    for (uint64_t marked = blocks[i]; marked != 0; marked &= marked - 1) {
      const size_t at = (i * 64 + static_cast<size_t>(std::countr_zero(marked))) * kBlock;
      if (at >= text.size()) break;
      uint64_t bits = beginnings.In(at);
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
    if (May(key)) Compare(text, begin, key, hits);
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
  const std::array<size_t, 2> hashes = {Hash(key), Hash(key << 8)};
  for (size_t way = 0; way < hashes.size(); ++way)
    for (size_t i = bucket_[way][hashes[way]]; i < bucket_[way][hashes[way] + 1]; ++i) {
      const Entry& entry = by_hash_[way][i];
      if ((key & entry.mask) == entry.key && matches(words_[entry.word]))
        hits->push_back({entry.word, begin});
    }
}

}  // namespace leaktrip

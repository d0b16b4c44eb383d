// WordScanner: finds many known words at once where a word may begin, faster than a search at every
// byte: a text has one beginning for six to ten bytes.
//
// A word begins at a letter after anything but a letter (after a digit only with three letters), at
// a hump of camel case, and after an escape (\n, %3D, \x3d, \u003d), as HintStandsAt() and the
// boundary of a token have it. Beginnings come from bit masks of 64 bytes; each is looked up by its
// first six bytes in small maps that stay in the cache, and what passes is compared.
//
// Immutable after Finish(); any thread.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace leaktrip {

struct WordHit {
  uint32_t word = 0;
  uint32_t begin = 0;
};

class WordScanner {
 public:
  static constexpr size_t kLeast = 3;  // characters of a word
  static constexpr size_t kBlock = 64;

  // REQUIRES: at least kLeast characters, the first a letter; lower case when caseless. Answers the
  // word's number, from 0.
  uint32_t Add(std::string text, bool caseless);
  void Finish();

  size_t size() const { return words_.size(); }
  const std::string& text(uint32_t word) const { return words_[word].text; }
  bool caseless(uint32_t word) const { return words_[word].caseless; }

  // Appends the words that begin in the blocks of 64 bytes whose bit is set in `blocks`, by their
  // begin. Words may also begin where a record does: `ends` as in Block.
  void Scan(std::string_view text, std::span<const uint64_t> blocks, std::span<const uint32_t> ends,
            std::vector<uint32_t>* scratch, std::vector<WordHit>* hits) const;

 private:
  struct Word {
    std::string text;
    bool caseless = false;
  };
  struct Entry {
    uint64_t key = 0;  // up to eight first characters, folded
    uint64_t mask = 0;
    uint32_t word = 0;
  };
  // Of the words with the same first four characters, as a hash has it: which fifth and sixth they
  // go on with, as bits; all of them when one has no more. Three characters have a map of their
  // own.
  static constexpr size_t kHashBits = 15;
  static size_t Hash(uint64_t key) {
    return static_cast<uint32_t>(key) * uint32_t{0x9E3779B1} >> (32 - kHashBits);
  }
  static unsigned After(uint64_t key) {
    return static_cast<unsigned>((key >> 32) + (key >> 40) * 5) & 15;
  }
  bool May(uint64_t key) const {
    const size_t three = Hash(key << 8);
    return (after_[Hash(key)] >> After(key) | short_[three >> 6] >> (three & 63)) & 1;
  }

  Entry EntryOf(uint32_t word) const;
  void LookUp(std::string_view text, std::span<const uint32_t> begins,
              std::vector<WordHit>* hits) const;
  void Compare(std::string_view text, uint32_t begin, uint64_t key,
               std::vector<WordHit>* hits) const;

  std::vector<Word> words_;
  std::array<uint16_t, 1 << kHashBits> after_{};
  std::array<uint64_t, (1 << kHashBits) / 64> short_{};
  // Words by Hash() of their beginning; those of three characters apart. bucket_: where each
  // begins.
  std::array<std::vector<uint32_t>, 2> bucket_;
  std::array<std::vector<Entry>, 2> by_hash_;
};

}  // namespace leaktrip

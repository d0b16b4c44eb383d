// WordScanner: finds many known words at once where a word may begin, faster than a search at every
// byte: a text has one beginning for six to ten bytes.
//
// A word begins at a letter after anything but a letter, at a hump of camel case, and after an
// escape (\n, %3D, \x3d, \u003d), as HintStandsAt() and the boundary of a token have it. Beginnings
// come from bit masks of 64 bytes; each is looked up by its first 3, 4 and 6 bytes in bit maps of
// 8 KiB that stay in the cache, and what passes is compared.
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
  // One way to look up: by the first `bytes` of a word, its case folded.
  struct Index {
    uint64_t mask = 0;
    std::array<uint64_t, 1024> bits{};
    std::array<uint32_t, 4097> bucket{};  // begin of each in words
    std::vector<uint32_t> words;

    static size_t Hash(uint64_t key) { return key * 0x9E3779B97F4A7C15u >> 48; }
    bool May(uint64_t key) const {
      const size_t hash = Hash(key & mask);
      return bits[hash >> 6] >> (hash & 63) & 1;
    }
  };

  size_t IndexOf(size_t size) const { return size < 4 ? 0 : size < 6 ? 1 : 2; }
  void LookUp(std::string_view text, std::span<const uint32_t> begins,
              std::vector<WordHit>* hits) const;
  void Compare(std::string_view text, uint32_t begin, uint64_t key,
               std::vector<WordHit>* hits) const;

  std::vector<Word> words_;
  std::array<Index, 3> indexes_;
};

}  // namespace leaktrip

// Finds long words: runs of kInRun, the alphabet of base64 and of nearly every token.
//
// Works at memory speed: 64 bytes become a word of bits, see byte_masks.h, and a run is a stretch
// of one bits. One thread; borrows the text, reads nothing outside it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "detectors/leak/byte_masks.h"

namespace leaktrip {

struct Run {
  size_t begin = 0;
  size_t end = 0;  // begin == end: no more runs
};

class RunFinder {
 public:
  static constexpr size_t kLeast = 16;

  // REQUIRES: least >= kLeast.
  RunFinder(std::string_view text, size_t least);
  // The next run of at least `least` characters, left to right.
  Run Next();

 private:
  static constexpr size_t kBatch = 64;

  void Fill();
  bool Advance();

  std::string_view text_;
  size_t least_;
  size_t batch_ = 2;     // blocks that are classified at once
  size_t at_ = 0;        // of the 64 bytes at hand
  size_t index_ = 0;     // of the 64 bytes at hand in masks_
  uint64_t starts_ = 0;  // where kLeast characters in a row begin, and have not been given out
  std::array<uint64_t, kBatch + 1> masks_;
};

// The first run that ends after `from`; its begin is not before `from`.
Run NextRun(std::string_view text, size_t from, size_t least);

}  // namespace leaktrip

// Finds long words: runs of [A-Za-z0-9+/_-], the alphabet of base64 and of nearly every token.
//
// Works at memory speed: 16 bytes are classified at once by two table look-ups (Mula, Lemire:
// "Base64 encoding and decoding at almost the speed of a memory copy", 2018), 64 bytes become a
// word of bits, and a run is a stretch of one bits. One thread; borrows the text, reads nothing
// outside it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "detectors/leak/char_class.h"

namespace leaktrip {

inline constexpr CharClass kInRun{"A-Za-z0-9+/_-"};

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
  uint64_t MaskAt(size_t at) const;
  bool Advance();

  std::string_view text_;
  size_t least_;
  size_t at_ = 0;        // of the 64 bytes at hand
  uint64_t mask_ = 0;    // their characters of the alphabet
  uint64_t next_ = 0;    // those of the 64 after them
  uint64_t starts_ = 0;  // where kLeast of them begin, and have not been given out
};

// The first run that ends after `from`; its begin is not before `from`.
Run NextRun(std::string_view text, size_t from, size_t least);

}  // namespace leaktrip

// Guard: a small automaton that says at once that a pattern cannot match here.
//
// Most places that stage one points at die within a few bytes: `auth` of `authentication` is no
// `auth=`. A guard walks the text from there until the pattern is either impossible or likely
// enough; it never refuses where the pattern matches. Built from the parsed pattern by subset
// construction (Rabin, Scott 1959), cut off at a few states: what lies beyond is let through.
//
// Immutable, any thread. Walk() looks at no more than a few hundred bytes for a pattern without
// loops, and else no farther than the loop's characters go or `most`.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "detectors/leak/pattern.h"

namespace leaktrip {

class Guard {
 public:
  // What a match, or the rest of one, is to be.
  explicit Guard(const PatternNode& pattern);

  // Whether a match can go on in text from `at`, not past `end`.
  bool Allows(std::string_view text, size_t at, size_t end) const {
    uint8_t state = first_;
    for (; state > kLikely && at < end; ++at)
      state = next_[static_cast<size_t>(state - kFirst) * classes_ +
                    class_of_[static_cast<unsigned char>(text[at])]];
    return state == kLikely;
  }

 private:
  static constexpr uint8_t kDead = 0;
  static constexpr uint8_t kLikely = 1;
  static constexpr uint8_t kFirst = 2;

  friend class GuardBuilder;
  std::array<uint8_t, 256> class_of_{};
  std::vector<uint8_t> next_;
  uint32_t classes_ = 1;
  uint8_t first_ = kLikely;
};

}  // namespace leaktrip

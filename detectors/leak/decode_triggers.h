// Where in a text decoding may begin: one pass at memory speed over all of it, so that a text
// without encodings costs no more than a look at each byte.
//
// 16 bytes are classified at once by two table look-ups, as in run_finder.h. Pure, any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace leaktrip {

// Offsets in ascending order, by what begins there.
struct Triggers {
  std::vector<uint32_t> percent;   // %3D, %u003d
  std::vector<uint32_t> escape;    // \u003d, \/, \x3d
  std::vector<uint32_t> entity;    // &quot; &#61;
  std::vector<uint32_t> markup;    // a tag or an invisible character within a word
  std::vector<uint32_t> notation;  // the first of U+0061 U+0062 or \61 \62
  std::vector<uint32_t> gzip;      // a member's magic number
  bool nul = false;                // UTF-16 of ASCII is full of them

  void Clear();
};

// REQUIRES: text.size() < UINT32_MAX.
void FindTriggers(std::string_view text, Triggers* triggers);

}  // namespace leaktrip

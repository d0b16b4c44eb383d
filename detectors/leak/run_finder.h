// Finds long words: runs of [A-Za-z0-9+/_-], the alphabet of base64 and of nearly every token.
//
// Works at memory speed: 16 bytes are classified at once by two table look-ups (Mula, Lemire:
// "Base64 encoding and decoding at almost the speed of a memory copy", 2018), and a run is seen as
// a stretch of one bits. Pure, any thread; reads nothing outside the text.
#pragma once

#include <cstddef>
#include <string_view>

namespace leaktrip {

struct Run {
  size_t begin = 0;
  size_t end = 0;  // begin == end: no more runs
};

// The first run of at least `least` characters that ends after `from`; its begin is not before
// `from`. REQUIRES: least >= 16.
Run NextRun(std::string_view text, size_t from, size_t least);

}  // namespace leaktrip

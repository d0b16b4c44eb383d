#include "detectors/access/path_template.h"

#include <algorithm>

#include "detectors/access/key_text.h"

namespace leaktrip {
namespace {

constexpr size_t kMostBytes = 256;

}  // namespace

uint64_t PathTemplate(std::string_view path) {
  char text[kMostBytes];
  size_t size = 0;
  size_t segment = 0;  // where the segment begins in text
  bool digits = false;
  for (const char c : path.substr(0, kMostBytes)) {
    if (c == '?' || c == '#') break;
    if (c == '/') {
      segment = size + 1;
      digits = false;
    } else if (digits) {
      continue;
    } else if (c >= '0' && c <= '9') {
      digits = true;
      size = segment;
      text[size++] = '#';
      continue;
    }
    text[size++] = c;
  }
  return HashBytes({text, std::min(size, kMostBytes)});
}

}  // namespace leaktrip

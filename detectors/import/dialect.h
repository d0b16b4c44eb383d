// A foreign pattern in the dialect of pattern.h, with its boundaries mended.
//
// - The group that holds the secret stays the one group; delimiters that the pattern demands before
//   and after it are dropped, because a secret ends where its alphabet ends.
// - A name, a gap and an assignment before a secret without a shape of its own become hints; the
//   engine looks for them in all the shapes that a log has.
// - Keywords become hints where nothing in the pattern says whose secret it is.
//
// Pure. Failure: what cannot be said in the dialect.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "detectors/base/result.h"

namespace leaktrip {

struct TranslatedPattern {
  std::string pattern;
  std::vector<std::string> hints;
  bool multiline = false;
  std::vector<std::string> notes;
};

Result<TranslatedPattern> TranslatePattern(std::string_view foreign, int secret_group,
                                           const std::vector<std::string>& keywords);

}  // namespace leaktrip

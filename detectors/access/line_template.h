// LineTemplate: a log line as literal text with holes, written as nginx writes its log_format:
//
//   $remote_addr - $remote_user [$time_local] "$request" $status
//
// A hole ends where the text after it first occurs; `$name...` ends at its last occurrence, for a
// part that outsiders choose freely; the last hole takes the rest of the line. Between quotes a
// backslash protects the next character. `$_` is a hole that nobody needs, `${name}` may touch
// letters, `$$` is a dollar. The whole line must fit. Time is linear in the line, without an
// allocation. Values; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "detectors/access/slot.h"
#include "detectors/base/result.h"

namespace leaktrip {

class LineTemplate {
 public:
  // names: the slots so far; new ones are added at the end.
  static Result<LineTemplate> Parse(std::string_view text, std::vector<std::string>* names);

  // REQUIRES: slots has a slot for each of the names. What does not fit may leave some filled.
  bool Match(std::string_view line, Slots* slots) const;

 private:
  struct Part {
    int slot = -1;  // of the hole; -1: nobody needs it
    bool greedy = false;
    bool quoted = false;
    std::string literal;  // after the hole; empty: the rest of the line
  };

  std::string start_;
  std::vector<Part> parts_;
};

}  // namespace leaktrip

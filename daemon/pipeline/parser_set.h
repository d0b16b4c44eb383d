// ParserSet: one AccessParser per log format, made when first needed. One thread at a time; the
// events that it parsed live until Reset().
#pragma once

#include <array>
#include <memory>
#include <mutex>
#include <string_view>
#include <vector>

#include "detectors/access/access_parser.h"

namespace leaktrip {

class ParserSet {
 public:
  // format: "auto", "native" or "ncsa", as the configuration has it.
  AccessParser& For(std::string_view format);
  void Reset();

 private:
  std::array<std::unique_ptr<AccessParser>, 3> parsers_;
};

// Parsers that are not in use: their buffers are large, so they go round instead of being made for
// each batch. Any thread.
class ParserPool {
 public:
  std::unique_ptr<ParserSet> Take();
  void Give(std::unique_ptr<ParserSet> parsers);  // nullptr is fine

 private:
  std::mutex mutex_;
  std::vector<std::unique_ptr<ParserSet>> free_;
};

}  // namespace leaktrip

// Parsers that are not in use: their buffers are large, so they go round instead of being made for
// each batch. Formats and trusted proxies may be changed while it runs: parsers that are out keep
// theirs and are not taken back. Any thread.
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "daemon/pipeline/format_choices.h"
#include "detectors/access/access_parser.h"

namespace leaktrip {

// A parser with what it parses by. One thread at a time; the events that it parsed live until it is
// given back.
struct ParserSet {
  ParserSet(AccessParser::Options options, std::shared_ptr<FormatChoices> chosen)
      : parser(std::move(options)), choices(std::move(chosen)) {}

  AccessParser parser;
  const std::shared_ptr<FormatChoices> choices;
};

class ParserPool {
 public:
  explicit ParserPool(AccessParser::Options options = {}) { SetOptions(std::move(options)); }

  void SetOptions(AccessParser::Options options);
  std::unique_ptr<ParserSet> Take();
  void Give(std::unique_ptr<ParserSet> parsers);  // nullptr is fine

 private:
  std::mutex mutex_;  // of what follows
  AccessParser::Options options_;
  std::shared_ptr<FormatChoices> choices_;
  std::vector<std::unique_ptr<ParserSet>> free_;
};

}  // namespace leaktrip

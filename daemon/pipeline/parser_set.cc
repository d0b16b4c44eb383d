#include "daemon/pipeline/parser_set.h"

#include <utility>

namespace leaktrip {

void ParserPool::SetOptions(AccessParser::Options options) {
  const std::lock_guard lock(mutex_);
  options_ = std::move(options);
  choices_ = std::make_shared<FormatChoices>(options_.formats);
  free_.clear();
}

std::unique_ptr<ParserSet> ParserPool::Take() {
  const std::lock_guard lock(mutex_);
  if (free_.empty()) return std::make_unique<ParserSet>(options_, choices_);
  auto parsers = std::move(free_.back());
  free_.pop_back();
  return parsers;
}

void ParserPool::Give(std::unique_ptr<ParserSet> parsers) {
  if (!parsers) return;
  parsers->parser.Reset();
  const std::lock_guard lock(mutex_);
  if (parsers->choices == choices_) free_.push_back(std::move(parsers));
}

}  // namespace leaktrip

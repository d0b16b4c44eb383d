#include "daemon/pipeline/parser_set.h"

#include <utility>

namespace leaktrip {
namespace {

AccessFormat FormatOf(std::string_view name) {
  if (name == "native") return AccessFormat::kNative;
  return name == "ncsa" ? AccessFormat::kNcsa : AccessFormat::kAuto;
}

}  // namespace

AccessParser& ParserSet::For(std::string_view format) {
  const AccessFormat wanted = FormatOf(format);
  auto& parser = parsers_[static_cast<size_t>(wanted)];
  if (!parser) parser = std::make_unique<AccessParser>(wanted);
  return *parser;
}

void ParserSet::Reset() {
  for (const auto& parser : parsers_) {
    if (parser) parser->Reset();
  }
}

std::unique_ptr<ParserSet> ParserPool::Take() {
  const std::lock_guard lock(mutex_);
  if (free_.empty()) return std::make_unique<ParserSet>();
  auto parsers = std::move(free_.back());
  free_.pop_back();
  return parsers;
}

void ParserPool::Give(std::unique_ptr<ParserSet> parsers) {
  if (!parsers) return;
  parsers->Reset();
  const std::lock_guard lock(mutex_);
  free_.push_back(std::move(parsers));
}

}  // namespace leaktrip

#include "daemon/cli/rule_keywords.h"

#include "detectors/leak/pattern.h"

namespace leaktrip {

std::vector<std::string> KeywordsOf(const Rule& rule) {
  constexpr size_t kLeastLength = 3;
  const auto pattern = ParsePattern(rule.pattern);
  if (!pattern) return {};
  const auto literals = RequiredLiterals(*pattern, kLeastLength);
  return literals ? literals->texts : std::vector<std::string>{};
}

}  // namespace leaktrip

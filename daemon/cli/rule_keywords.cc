#include "daemon/cli/rule_keywords.h"

#include <re2/filtered_re2.h>

#include <algorithm>

namespace leaktrip {

std::vector<std::string> KeywordsOf(const Rule& rule) {
  constexpr int kLeastLength = 3;
  re2::RE2::Options options;
  options.set_encoding(re2::RE2::Options::EncodingLatin1);
  options.set_log_errors(false);
  re2::FilteredRE2 filter(kLeastLength);
  int id = 0;
  if (filter.Add(rule.pattern, options, &id) != re2::RE2::NoError) return {};
  std::vector<std::string> keywords;
  filter.Compile(&keywords);
  std::sort(keywords.begin(), keywords.end());
  return keywords;
}

}  // namespace leaktrip

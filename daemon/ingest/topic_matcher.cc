#include "daemon/ingest/topic_matcher.h"

#include <regex.h>

namespace leaktrip {
namespace {

struct FreeRegex {
  void operator()(regex_t* regex) const {
    regfree(regex);
    delete regex;
  }
};

}  // namespace

struct TopicMatcher::Entry {
  const TopicConfig* config;
  std::unique_ptr<regex_t, FreeRegex> regex;  // nullptr: an exact name
};

TopicMatcher::TopicMatcher(const std::vector<TopicConfig>& topics, const Place& place,
                           Errors* errors) {
  for (const TopicConfig& topic : topics) {
    if (!topic.name.starts_with('^')) {
      entries_.push_back({&topic, nullptr});
      continue;
    }
    auto regex = std::make_unique<regex_t>();
    const int code = regcomp(regex.get(), topic.name.c_str(), REG_EXTENDED | REG_NOSUB);
    if (code != 0) {
      char why[256];
      regerror(code, regex.get(), why, sizeof why);
      errors->push_back({Code::kInvalid,
                         "topic '" + topic.name + "' is not a regular expression: " + why, place});
      continue;
    }
    entries_.push_back({&topic, std::unique_ptr<regex_t, FreeRegex>(regex.release())});
  }
}

TopicMatcher::~TopicMatcher() = default;

const TopicConfig* TopicMatcher::Find(const std::string& topic) const {
  for (const Entry& entry : entries_) {
    const bool match = entry.regex ? regexec(entry.regex.get(), topic.c_str(), 0, nullptr, 0) == 0
                                   : entry.config->name == topic;
    if (match) return entry.config;
  }
  return nullptr;
}

}  // namespace leaktrip

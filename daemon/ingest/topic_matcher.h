// TopicMatcher: which TopicConfig a topic belongs to. A name that starts with '^' is a POSIX
// extended regular expression, as librdkafka subscribes with it; the first match in the order of
// the configuration wins.
//
// Immutable after Make(); any thread. REQUIRES: the configurations outlive it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "daemon/config/config.h"
#include "detectors/base/result.h"

namespace leaktrip {

class TopicMatcher {
 public:
  // Every expression that cannot be compiled is an error at `place`.
  TopicMatcher(const std::vector<TopicConfig>& topics, const Place& place, Errors* errors);
  ~TopicMatcher();
  TopicMatcher(const TopicMatcher&) = delete;
  TopicMatcher& operator=(const TopicMatcher&) = delete;

  const TopicConfig* Find(const std::string& topic) const;  // nullptr: none

 private:
  struct Entry;
  std::vector<Entry> entries_;
};

}  // namespace leaktrip

// FormatChoices: which formats the records of each topic are in, shared by all workers.
//
// A topic whose format is configured has it; any other is found out from its records
// (FormatChoice), said in the log, and looked at again when most of its records stop being read.
// Records that stay unread are said in the log with the shape of one of them, at most once a minute
// and topic. Any thread.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/ops/clock.h"
#include "detectors/access/format_choice.h"

namespace leaktrip {

class FormatChoices {
 public:
  // formats may be nullptr: native and ncsa alone.
  explicit FormatChoices(std::shared_ptr<const FormatSet> formats,
                         const Clock* clock = &Clock::System())
      : formats_(std::move(formats)), clock_(clock) {}

  // Formats to use for a topic whose next records are these; `configured` is "auto" or an id.
  std::vector<int> For(std::string_view topic, std::string_view configured,
                       const std::vector<std::string_view>& sample, Millis written);
  // Whether For() would look at a sample.
  bool WantsSample(std::string_view topic, std::string_view configured);

  struct Unread {
    size_t records = 0;
    std::string_view reason;  // of the first
    std::string shape;
  };
  void Count(std::string_view topic, size_t records, const Unread& unread);
  const std::shared_ptr<const FormatSet>& formats() const { return formats_; }

 private:
  struct Topic {
    FormatChoice choice;
    Millis said = 0;  // monotonic
    bool ever_said = false;
    size_t unsaid = 0;
  };

  const std::shared_ptr<const FormatSet> formats_;
  const Clock* clock_;
  std::mutex mutex_;  // of what follows
  std::map<std::string, Topic, std::less<>> topics_;
};

}  // namespace leaktrip

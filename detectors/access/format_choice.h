// Which formats the records of a stream are in, found out by trying all on a sample.
//
// The format that reads the most records as events leads; records that it leaves over go to others
// that read them, at most kMostAtOnce in all, for streams in which several programs write. The
// choice stays, once enough records were seen, until most of them are not read any more. Pure; one
// thread.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "detectors/access/access_parser.h"
#include "detectors/access/format.h"

namespace leaktrip {

struct FormatRank {
  int format = 0;     // index in the set
  size_t events = 0;  // records read as events
  size_t known = 0;   // and those known to be none
  size_t fields = 0;  // filled in the events
};

struct FormatTrial {
  std::vector<FormatRank> ranks;         // best first; formats that know no record are left out
  std::vector<int> chosen;               // to use together, best first; empty: none reads any
  std::vector<std::vector<bool>> reads;  // of each rank: which records it reads as events

  // Records that one of these formats reads.
  size_t EventsReadBy(const std::vector<int>& formats) const;
};

inline constexpr size_t kMostAtOnce = 4;
FormatTrial TryFormats(const std::shared_ptr<const FormatSet>& formats,
                       const std::vector<std::string_view>& sample, Millis written);

class FormatChoice {
 public:
  static constexpr size_t kSample = 200;  // records

  bool WantsSample() const { return wants_sample_; }
  // True when the choice changed.
  bool Decide(const std::shared_ptr<const FormatSet>& formats,
              const std::vector<std::string_view>& sample, Millis written);
  // unread: records that are neither events nor known to be none.
  void Count(size_t records, size_t unread);
  const std::vector<int>& chosen() const { return chosen_; }
  // The same, with native and ncsa behind: the choice is a guess, and a few of our own events or
  // access lines among others must not be lost. Empty when nothing was chosen.
  std::vector<int> ToTry(const FormatSet& formats) const;

 private:
  std::vector<int> chosen_;
  bool wants_sample_ = true;
  size_t sampled_ = 0;  // records looked at so far
  size_t records_ = 0;  // since the last look
  size_t unread_ = 0;
  size_t window_ = kSample;
};

// "nginx", "nginx + syslog-auth"; "native + ncsa" when nothing was chosen.
std::string FormatNames(const FormatSet& formats, const std::vector<int>& chosen);

}  // namespace leaktrip

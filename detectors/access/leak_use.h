// LeakUse: how a token was used before it leaked and since; only for tokens that leaked. A value.
//
// "Since" is by event time against the time of the leak, so an event that comes late still counts
// on its own side.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "detectors/access/access_event.h"
#include "detectors/access/networks.h"
#include "detectors/base/state_bytes.h"

namespace leaktrip {

struct LeakUse {
  static constexpr size_t kSources = 8;
  static constexpr size_t kPaths = 8;

  uint64_t used = 0;     // with success, since the leak
  uint64_t refused = 0;  // since the leak
  uint64_t strange = 0;  // of those, from where its owner was never seen
  Millis first = 0;      // use since the leak, with success
  Millis last = 0;
  std::vector<IpAddress> sources;  // since the leak, the first ones
  std::vector<std::string> paths;  // since the leak, methods and paths without query, the last ones
  uint64_t used_before = 0;        // when it became known as leaked
  Millis last_before = 0;
  std::optional<IpAddress> last_ip_before;

  void Learn(const AccessEvent& event, bool familiar);
  void Write(StateWriter* writer) const;
  bool Read(StateReader* reader);
};

// What was before the leak and what since, in words; nothing where nothing is known.
std::vector<std::string> LeakUseWords(const LeakUse& use, const Networks& networks);

}  // namespace leaktrip

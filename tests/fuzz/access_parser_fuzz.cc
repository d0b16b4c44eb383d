// Any bytes are an event or a reason of the fixed set, and views stay inside what they may point
// to.
#include <algorithm>
#include <cstdlib>

#include "detectors/access/access_parser.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using leaktrip::AccessParser;
  static AccessParser parser(leaktrip::AccessFormat::kAuto);
  const auto event = parser.Parse({reinterpret_cast<const char*>(data), size});
  if (event) {
    size_t sum = 0;
    for (const auto text :
         {event->method, event->path, event->user, event->user_agent, event->host, event->scope})
      for (const char c : text) sum += static_cast<uint8_t>(c);
    if (event->user.size() > 256 || event->status > 999 || sum > size * 4 * 255) std::abort();
  } else if (std::find(AccessParser::kReasons.begin(), AccessParser::kReasons.end(),
                       event.error()) == AccessParser::kReasons.end()) {
    std::abort();
  }
  parser.Reset();
  return 0;
}

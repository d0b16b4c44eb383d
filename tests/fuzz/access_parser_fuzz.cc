// Any bytes are events or a reason of the fixed set, in every format, and views stay inside what
// they may point to.
#include <algorithm>
#include <cstdlib>

#include "detectors/access/access_parser.h"
#include "detectors/access/format_loader.h"
#include "detectors/access/syslog_frame.h"
#include "tests/fuzz/format_files.h"

namespace leaktrip {
namespace {

std::shared_ptr<const FormatSet> Formats() {
  Errors errors;
  auto formats = LoadFormats(fuzz::FormatFiles(), {}, &errors);
  if (!formats) std::abort();
  return formats;
}

void Check(const AccessEvent& event, size_t size) {
  size_t sum = 0;
  for (const auto text :
       {event.method, event.path, event.user, event.user_agent, event.host, event.scope})
    for (const char c : text) sum += static_cast<uint8_t>(c);
  if (event.user.size() > 256 || event.status > 999 || sum > (size + 64) * 8 * 255) std::abort();
}

}  // namespace
}  // namespace leaktrip

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace leaktrip;
  static const auto formats = Formats();
  static AccessParser parser({.formats = formats});
  static std::vector<AccessEvent> events;
  const std::string_view record(reinterpret_cast<const char*>(data), size);
  for (int format = -1; format < static_cast<int>(formats->formats.size()); ++format) {
    parser.Use(format < 0 ? std::vector<int>() : std::vector<int>{format});
    events.clear();
    const auto reason = parser.ParseAll(record, 1'709'510'419'000, &events);
    if (reason.empty() == events.empty()) std::abort();
    if (!reason.empty() && std::find(AccessParser::kReasons.begin(), AccessParser::kReasons.end(),
                                     reason) == AccessParser::kReasons.end())
      std::abort();
    if (events.size() > kMostRepeats + size) std::abort();
    for (const AccessEvent& event : events) Check(event, size);
    parser.Reset();
  }
  return 0;
}

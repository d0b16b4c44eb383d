// From slots to an AccessEvent, as a format's `fields` say. Pure functions; views in the event
// point where the slots do, into the format, or into the arena. Failure: a reason of
// AccessParser::kReasons.
#pragma once

#include <string_view>
#include <utility>
#include <vector>

#include "detectors/access/access_event.h"
#include "detectors/access/client_address.h"
#include "detectors/access/format.h"
#include "detectors/access/native_event.h"
#include "detectors/access/slot.h"

namespace leaktrip {

struct MappingContext {
  Arena* arena = nullptr;
  const TrustedProxies* proxies = nullptr;
  Millis near = 0;              // see TimeContext
  size_t* forwarded = nullptr;  // counts events that name a forwarded address; may be nullptr
};

using FieldTexts = std::vector<std::pair<EventField, std::string>>;

bool Hold(const std::vector<Condition>& conditions, const Slots& slots);
// set: what the line pattern says for fields whose slots are empty; may be nullptr.
std::string_view MapEvent(const Format& format, const Slots& slots, const FieldTexts* set,
                          const MappingContext& context, AccessEvent* event);

}  // namespace leaktrip

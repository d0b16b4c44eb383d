// The native JSON event: `ts client_ip method path status token_sha256 user user_agent`, optional
// `token` (hashed on arrival), `scope`, `token_created`, `token_expires`, `service_account`,
// `host`, `bytes` and `forwarded_for`. Anything may be null; other keys are passed over.
//
// Views in the event point into the record or into the arena. Failure: a reason of
// AccessParser::kReasons.
#pragma once

#include <deque>
#include <expected>
#include <string>
#include <string_view>

#include "detectors/access/access_event.h"
#include "detectors/access/client_address.h"
#include "detectors/access/json_reader.h"

namespace leaktrip {

using Arena = std::deque<std::string>;  // never moves what it holds

std::expected<AccessEvent, std::string_view> ParseNativeEvent(std::string_view record,
                                                              const TrustedProxies& proxies,
                                                              JsonReader* reader, Arena* arena);

}  // namespace leaktrip

// Words for the reasons of an anomaly. Pure functions; no text holds a secret.
#pragma once

#include <string>
#include <string_view>

#include "detectors/access/access_event.h"
#include "detectors/access/networks.h"

namespace leaktrip {

// "203.0.113.9 (AS64500 Example Net, DE)"; the known parts only.
std::string SourceWords(const IpAddress& ip, const Networks& networks);
// "the user ada", "the token 1a2b3c4d…", "nobody known".
std::string PrincipalWords(const AccessEvent& event);
std::string TokenEntity(const Fingerprint& token);
std::string UserEntity(std::string_view user);
// "3 accounts", "1 account".
std::string CountWords(uint64_t n, std::string_view thing);
// "40 s", "12 min", "5 h", "3 d".
std::string SpanWords(Millis span);
// The path and agent of an event as a reason: "the last request: GET /x, answer 401, agent curl/8";
// control characters replaced, long ones cut.
std::string RequestWords(const AccessEvent& event);
// At most `size` bytes of outside text on one line, cut at a character, control characters
// replaced.
std::string Plain(std::string_view text, size_t size);
std::string OneDecimal(double value);

}  // namespace leaktrip

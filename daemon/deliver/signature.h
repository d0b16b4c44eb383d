// Signatures of Standard Webhooks 1.0.0 (symmetric, v1): HMAC-SHA-256 over "id.timestamp.body".
//
// The timestamp is that of the attempt, in seconds, so each attempt is signed anew. While a secret
// is rotated there are several, and as many signatures, separated by a space. Pure functions.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "detectors/base/secret.h"
#include "detectors/base/time.h"

namespace leaktrip {

// secrets are the decoded bytes, without "whsec_".
std::string SignWebhook(std::span<const Secret> secrets, std::string_view id, int64_t timestamp,
                        std::string_view body);

// As a receiver checks: one signature fits and the timestamp is within five minutes of now.
bool VerifyWebhook(const Secret& secret, std::string_view id, std::string_view timestamp,
                   std::string_view body, std::string_view signatures, Millis now);

}  // namespace leaktrip

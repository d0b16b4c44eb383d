// The request of each kind of revocation action, and what its reply means. Pure functions.
//
// webhook: a signed POST whose body holds the token; the one endpoint that gets it, because the
// operator listed it under `revocation`. Repeats carry the same webhook-id.
// rfc7009: OAuth 2.0 Token Revocation; a repeat is harmless (200 also for an unknown token).
#pragma once

#include <string>

#include "daemon/deliver/endpoint.h"
#include "daemon/deliver/http_client.h"
#include "daemon/store/revocation_table.h"

namespace leaktrip {

HttpRequest MakeRevocationRequest(const RevocationAction& action, const Revocation& row,
                                  const Secret& token, Millis now);

enum class RevocationReply { kAcknowledged, kTryAgain, kFailed };
RevocationReply MeaningOf(const HttpReply& reply);

}  // namespace leaktrip

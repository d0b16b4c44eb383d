// Seal: AES-256-GCM for the one place where a token is stored, its revocation row.
//
// Layout: 12 bytes of random nonce, ciphertext, 16 bytes of tag. The context (fingerprint and
// action) is authenticated too, so a sealed token moved to another row does not open. Pure but for
// the random nonce; any thread. REQUIRES: key of 32 bytes.
#pragma once

#include <string>
#include <string_view>

#include "daemon/config/config.h"
#include "detectors/base/result.h"
#include "detectors/base/secret.h"

namespace leaktrip {

inline constexpr size_t kSealKeyBytes = 32;

Result<std::string> Seal(std::string_view key, std::string_view context, const Secret& secret);
Result<Secret> Unseal(std::string_view key, std::string_view context, std::string_view sealed);

// The key that config.revocation.key_file names (32 bytes in hex or base64), or, when it names
// none, <state_dir>/revocation.key, made with random bytes, owner-only, the first time.
Result<std::string> LoadSealKey(const Config& config);

}  // namespace leaktrip

// Fingerprint: the name of a secret that is safe to store and to show.
//
// High-entropy tokens use plain SHA-256, so that access logs, issuers and other tools can compute
// the same name. Anything guessable (a password) uses HMAC-SHA-256 with a key of this installation.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace leaktrip {

struct Fingerprint {
  std::array<uint8_t, 32> bytes{};

  std::string Hex() const;  // 64 lower-case hex digits
  static std::optional<Fingerprint> FromHex(std::string_view hex);
  static Fingerprint OfToken(std::string_view token);
  static Fingerprint OfGuessable(std::string_view key, std::string_view secret);

  friend auto operator<=>(const Fingerprint&, const Fingerprint&) = default;
};

// The digest is uniform already: its first word is the hash.
struct FingerprintHash {
  size_t operator()(const Fingerprint& f) const noexcept {
    size_t word;
    std::memcpy(&word, f.bytes.data(), sizeof word);
    return word;
  }
};

// SHA-256 of any bytes as 64 lower-case hex digits.
std::string Sha256Hex(std::string_view bytes);

}  // namespace leaktrip

#include "detectors/base/fingerprint.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "detectors/base/encoding.h"

namespace leaktrip {
namespace {

// Values of hex digits; 16 for anything else.
constexpr std::array<uint8_t, 256> kDigits = [] {
  std::array<uint8_t, 256> digits{};
  for (auto& digit : digits) digit = 16;
  for (uint8_t i = 0; i < 10; ++i) digits[static_cast<size_t>('0' + i)] = i;
  for (uint8_t i = 0; i < 6; ++i) {
    digits[static_cast<size_t>('a' + i)] = static_cast<uint8_t>(10 + i);
    digits[static_cast<size_t>('A' + i)] = static_cast<uint8_t>(10 + i);
  }
  return digits;
}();

}  // namespace

std::string Fingerprint::Hex() const {
  return HexEncode({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

// Once per access event: by table, with no string in between.
std::optional<Fingerprint> Fingerprint::FromHex(std::string_view hex) {
  Fingerprint f;
  if (hex.size() != 2 * f.bytes.size()) return std::nullopt;
  int all = 0;
  for (size_t i = 0; i < f.bytes.size(); ++i) {
    const int high = kDigits[static_cast<uint8_t>(hex[2 * i])];
    const int low = kDigits[static_cast<uint8_t>(hex[2 * i + 1])];
    all |= high | low;
    f.bytes[i] = static_cast<uint8_t>((high & 15) << 4 | (low & 15));
  }
  if (all > 15) return std::nullopt;
  return f;
}

Fingerprint Fingerprint::OfToken(std::string_view token) {
  Fingerprint f;
  EVP_Digest(token.data(), token.size(), f.bytes.data(), nullptr, EVP_sha256(), nullptr);
  return f;
}

Fingerprint Fingerprint::OfGuessable(std::string_view key, std::string_view secret) {
  Fingerprint f;
  unsigned int size = f.bytes.size();
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const uint8_t*>(secret.data()), secret.size(), f.bytes.data(), &size);
  return f;
}

std::string Sha256Hex(std::string_view bytes) { return Fingerprint::OfToken(bytes).Hex(); }

}  // namespace leaktrip

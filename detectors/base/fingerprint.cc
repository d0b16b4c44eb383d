#include "detectors/base/fingerprint.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "detectors/base/encoding.h"

namespace leaktrip {

std::string Fingerprint::Hex() const {
  return HexEncode({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

std::optional<Fingerprint> Fingerprint::FromHex(std::string_view hex) {
  Fingerprint f;
  const auto raw = HexDecode(hex);
  if (!raw || raw->size() != f.bytes.size()) return std::nullopt;
  std::memcpy(f.bytes.data(), raw->data(), raw->size());
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

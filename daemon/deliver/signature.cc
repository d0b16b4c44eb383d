#include "daemon/deliver/signature.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <charconv>
#include <cstdlib>

#include "detectors/base/encoding.h"

namespace leaktrip {
namespace {

constexpr int64_t kToleranceSecs = 300;

std::string Sign(const Secret& secret, std::string_view bytes) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  const std::string_view key = secret.Reveal();
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest, &size);
  return "v1," + Base64Encode({reinterpret_cast<const char*>(digest), size});
}

std::string SignedBytes(std::string_view id, std::string_view timestamp, std::string_view body) {
  std::string bytes;
  bytes.reserve(id.size() + timestamp.size() + body.size() + 2);
  return bytes.append(id).append(".").append(timestamp).append(".").append(body);
}

}  // namespace

std::string SignWebhook(std::span<const Secret> secrets, std::string_view id, int64_t timestamp,
                        std::string_view body) {
  std::string bytes = SignedBytes(id, std::to_string(timestamp), body);
  std::string signatures;
  for (const Secret& secret : secrets) {
    if (!signatures.empty()) signatures += ' ';
    signatures += Sign(secret, bytes);
  }
  // The body of a revocation holds the token.
  OPENSSL_cleanse(bytes.data(), bytes.size());
  return signatures;
}

bool VerifyWebhook(const Secret& secret, std::string_view id, std::string_view timestamp,
                   std::string_view body, std::string_view signatures, Millis now) {
  int64_t seconds = 0;
  const auto [end, error] =
      std::from_chars(timestamp.data(), timestamp.data() + timestamp.size(), seconds);
  if (error != std::errc() || end != timestamp.data() + timestamp.size()) return false;
  if (std::llabs(now / 1000 - seconds) > kToleranceSecs) return false;
  const std::string wanted = Sign(secret, SignedBytes(id, timestamp, body));
  while (!signatures.empty()) {
    const std::string_view one = signatures.substr(0, signatures.find(' '));
    signatures.remove_prefix(std::min(signatures.size(), one.size() + 1));
    if (one.size() == wanted.size() && CRYPTO_memcmp(one.data(), wanted.data(), one.size()) == 0)
      return true;
  }
  return false;
}

}  // namespace leaktrip

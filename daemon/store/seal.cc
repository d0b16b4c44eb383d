#include "daemon/store/seal.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <cassert>
#include <memory>

#include "daemon/config/installation_key.h"
#include "daemon/config/secret_file.h"
#include "daemon/store/schema.h"

namespace leaktrip {
namespace {

constexpr size_t kNonceBytes = 12;
constexpr size_t kTagBytes = 16;

using Cipher = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

const uint8_t* Bytes(std::string_view text) {
  return reinterpret_cast<const uint8_t*>(text.data());
}
uint8_t* Bytes(std::string& text) { return reinterpret_cast<uint8_t*>(text.data()); }

Result<std::string> AsBytes(const Result<Secret>& key) {
  if (!key) return std::unexpected(key.error());
  return std::string(key->Reveal());
}

std::unexpected<Error> Broken(const char* what) { return Fail(Code::kIo, what); }

}  // namespace

Result<std::string> Seal(std::string_view key, std::string_view context, const Secret& secret) {
  assert(key.size() == kSealKeyBytes);
  const std::string_view plain = secret.Reveal();
  std::string sealed(kNonceBytes + plain.size() + kTagBytes, '\0');
  uint8_t* nonce = Bytes(sealed);
  const Cipher cipher(EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
  int length = 0;
  const bool good =
      cipher && RAND_bytes(nonce, kNonceBytes) == 1 &&
      EVP_EncryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, Bytes(key), nonce) == 1 &&
      EVP_EncryptUpdate(cipher.get(), nullptr, &length, Bytes(context),
                        static_cast<int>(context.size())) == 1 &&
      EVP_EncryptUpdate(cipher.get(), nonce + kNonceBytes, &length, Bytes(plain),
                        static_cast<int>(plain.size())) == 1 &&
      EVP_EncryptFinal_ex(cipher.get(), nonce + kNonceBytes + length, &length) == 1 &&
      EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, kTagBytes,
                          nonce + kNonceBytes + plain.size()) == 1;
  if (!good) return Broken("the token could not be encrypted");
  return sealed;
}

Result<Secret> Unseal(std::string_view key, std::string_view context, std::string_view sealed) {
  assert(key.size() == kSealKeyBytes);
  if (sealed.size() < kNonceBytes + kTagBytes) return Broken("the stored token is cut short");
  const std::string_view nonce = sealed.substr(0, kNonceBytes);
  std::string tag(sealed.substr(sealed.size() - kTagBytes));
  const std::string_view hidden =
      sealed.substr(kNonceBytes, sealed.size() - kNonceBytes - kTagBytes);
  std::string plain(hidden.size(), '\0');
  const Cipher cipher(EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
  int length = 0;
  const bool good =
      cipher &&
      EVP_DecryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, Bytes(key), Bytes(nonce)) == 1 &&
      EVP_DecryptUpdate(cipher.get(), nullptr, &length, Bytes(context),
                        static_cast<int>(context.size())) == 1 &&
      EVP_DecryptUpdate(cipher.get(), Bytes(plain), &length, Bytes(hidden),
                        static_cast<int>(hidden.size())) == 1 &&
      EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_SET_TAG, kTagBytes, tag.data()) == 1 &&
      EVP_DecryptFinal_ex(cipher.get(), Bytes(plain) + length, &length) == 1;
  Secret secret(good ? std::string_view(plain) : std::string_view());
  OPENSSL_cleanse(plain.data(), plain.size());
  if (!good) return Broken("the stored token does not open with this key");
  return secret;
}

Result<std::string> LoadSealKey(const Config& config) {
  const std::string& name = config.revocation.key_file;
  if (!name.empty()) return AsBytes(ReadKeyFile(name, config.file));
  if (auto made = MakeStateDir(config.state_dir); !made) return std::unexpected(made.error());
  return AsBytes(LoadOrMakeKey(config.state_dir, "revocation.key"));
}

}  // namespace leaktrip

#include "daemon/config/secret_file.h"

#include <openssl/crypto.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "detectors/base/encoding.h"

namespace leaktrip {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMaxBytes = 64 << 10;

// Takes the bytes over and wipes where they were.
Secret Take(std::string* bytes) {
  Secret secret(*bytes);
  OPENSSL_cleanse(bytes->data(), bytes->size());
  return secret;
}

}  // namespace

std::string ResolveSecretFile(const std::string& name, const std::string& config_file) {
  if (fs::path(name).is_absolute()) return name;
  std::error_code error;
  if (const char* dir = std::getenv("CREDENTIALS_DIRECTORY"); dir && *dir) {
    // systemd names what it loads from a folder FOLDER_FILE.
    std::string credential = name;
    std::replace(credential.begin(), credential.end(), '/', '_');
    const fs::path path = fs::path(dir) / credential;
    if (fs::exists(path, error)) return path.string();
  }
  return (fs::path(config_file).parent_path() / name).string();
}

Result<Secret> ReadSecretFile(const std::string& name, const std::string& config_file) {
  const std::string path = ResolveSecretFile(name, config_file);
  std::error_code error;
  const auto status = fs::status(path, error);
  if (!fs::exists(status)) return Fail(Code::kNotFound, "secret file is not there", {path});
  if (!fs::is_regular_file(status)) return Fail(Code::kInvalid, "is not a file", {path});
  std::ifstream stream(path, std::ios::binary);
  if (!stream) return Fail(Code::kIo, "secret file cannot be read: permission denied?", {path});
  std::string bytes(kMaxBytes + 1, '\0');
  stream.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (stream.bad()) return Fail(Code::kIo, "secret file cannot be read", {path});
  bytes.resize(static_cast<size_t>(stream.gcount()));
  if (bytes.size() > kMaxBytes) return Fail(Code::kInvalid, "larger than 64 KiB", {path});
  while (!bytes.empty() && (bytes.back() == '\n' || bytes.back() == '\r')) bytes.pop_back();
  if (bytes.empty()) return Fail(Code::kInvalid, "secret file is empty", {path});
  return Take(&bytes);
}

Result<std::vector<Secret>> ReadWebhookSecrets(const std::string& name,
                                               const std::string& config_file) {
  auto text = ReadSecretFile(name, config_file);
  if (!text) return std::unexpected(text.error());
  constexpr std::string_view kPrefix = "whsec_";
  std::vector<Secret> secrets;
  for (std::string_view rest = text->Reveal(); !rest.empty();) {
    std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    while (line.ends_with('\r') || line.ends_with(' ')) line.remove_suffix(1);
    if (line.empty()) continue;
    std::optional<std::string> key;
    if (line.starts_with(kPrefix)) key = Base64Decode(line.substr(kPrefix.size()));
    if (!key || key->size() < 24 || key->size() > 64)
      return Fail(Code::kInvalid,
                  "is not a webhook secret: `whsec_` and base64 of 24 to 64 bytes are expected, "
                  "make one with: echo whsec_$(openssl rand -base64 32)",
                  {ResolveSecretFile(name, config_file)});
    secrets.push_back(Take(&*key));
  }
  if (secrets.empty())
    return Fail(Code::kInvalid, "holds no secret", {ResolveSecretFile(name, config_file)});
  return secrets;
}

Result<Secret> ReadWebhookSecret(const std::string& name, const std::string& config_file) {
  auto secrets = ReadWebhookSecrets(name, config_file);
  if (!secrets) return std::unexpected(secrets.error());
  return std::move(secrets->front());
}

Result<Secret> ReadKeyFile(const std::string& name, const std::string& config_file) {
  auto text = ReadSecretFile(name, config_file);
  if (!text) return text;
  auto key = HexDecode(text->Reveal());
  if (!key || key->size() != 32) key = Base64Decode(text->Reveal());
  if (!key || key->size() != 32)
    return Fail(Code::kInvalid,
                "is not a key: 32 bytes in hex or base64 are expected, make one with: "
                "openssl rand -hex 32",
                {ResolveSecretFile(name, config_file)});
  return Take(&*key);
}

}  // namespace leaktrip

#include "detectors/leak/checksum.h"

#include <openssl/evp.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <utility>

#include "detectors/base/encoding.h"

namespace leaktrip {
namespace {

constexpr std::string_view kDigitsFirst =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
constexpr std::string_view kLowerFirst =
    "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
constexpr std::string_view kBase36 = "0123456789abcdefghijklmnopqrstuvwxyz";
constexpr std::string_view kHexLower = "0123456789abcdef";
constexpr std::string_view kHexUpper = "0123456789ABCDEF";

uint32_t Crc(std::string_view text) {
  return static_cast<uint32_t>(
      crc32(0, reinterpret_cast<const Bytef*>(text.data()), static_cast<uInt>(text.size())));
}

std::string Digits(uint64_t value, std::string_view alphabet, size_t width) {
  std::string out(width, alphabet[0]);
  for (size_t i = width; i-- > 0; value /= alphabet.size())
    out[i] = alphabet[value % alphabet.size()];
  return out;
}

std::string_view Tail(std::string_view token, size_t size) {
  return token.substr(token.size() - std::min(size, token.size()));
}

std::string_view AfterFirst(std::string_view token, char mark) {
  const size_t at = token.find(mark);
  return at == std::string_view::npos ? std::string_view{} : token.substr(at + 1);
}

// The last `width` characters of body are the CRC-32 of those before, in `alphabet`.
std::optional<bool> CrcTail(std::string_view body, size_t covered, size_t width,
                            std::string_view alphabet) {
  if (body.size() != covered + width) return std::nullopt;
  return Tail(body, width) == Digits(Crc(body.substr(0, covered)), alphabet, width);
}

// ghp_, gho_, ghu_, ghs_ (30 + 6) and ghr_ (70 + 6). The prefix is not covered.
std::optional<bool> GitHub(std::string_view token) {
  const size_t prefix = token.rfind('_');
  if (prefix == std::string_view::npos) return std::nullopt;
  const auto body = token.substr(prefix + 1);
  return CrcTail(body, body.size() == 36 ? 30 : 70, 6, kDigitsFirst);
}

std::optional<bool> Npm(std::string_view token) {
  if (!token.starts_with("npm_")) return std::nullopt;
  return CrcTail(token.substr(4), 30, 6, kDigitsFirst);
}

// Characters 78 to 85 are the first eight of base32(SHA-256(characters 1 to 77)); eight free ones
// follow.
std::optional<bool> GitHubFineGrained(std::string_view token) {
  if (!token.starts_with("github_pat_") || token.size() != 93) return std::nullopt;
  std::array<uint8_t, 32> digest{};
  EVP_Digest(token.data(), 77, digest.data(), nullptr, EVP_sha256(), nullptr);
  constexpr std::string_view base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  uint64_t head = 0;
  for (size_t i = 0; i < 5; ++i) head = head << 8 | digest[i];
  return token.substr(77, 8) == Digits(head, base32, 8);
}

// prefix-payload.01.LLCCCCCCC: the last seven are the CRC-32 of everything before them, LL is the
// payload's length in base 36, of one digit or two.
std::optional<bool> GitLabRoutable(std::string_view token) {
  const size_t dot = token.rfind('.');
  if (dot == std::string_view::npos || dot < 3 || token[dot - 3] != '.') return std::nullopt;
  if (const size_t tail = token.size() - dot - 1; tail != 8 && tail != 9) return std::nullopt;
  return Tail(token, 7) == Digits(Crc(token.substr(0, token.size() - 7)), kBase36, 7);
}

std::optional<bool> Atlassian(std::string_view token) {
  if (!token.starts_with("AT") || token.size() < 20 || token[token.size() - 9] != '=')
    return std::nullopt;
  return CrcTail(token, token.size() - 8, 8, kHexUpper);
}

std::optional<bool> Cloudflare(std::string_view token) {
  if (!token.starts_with("cf")) return std::nullopt;
  return CrcTail(AfterFirst(token, '_'), 40, 8, kHexLower);
}

std::optional<bool> Vercel(std::string_view token) {
  if (!token.starts_with("vc")) return std::nullopt;
  return CrcTail(AfterFirst(token, '_'), 50, 6, kDigitsFirst);
}

std::optional<bool> Canva(std::string_view token) {
  if (!token.starts_with("cnvca")) return std::nullopt;
  return CrcTail(token, 48, 8, kHexLower);
}

std::optional<bool> Apify(std::string_view token) {
  if (!token.starts_with("apify_api_")) return std::nullopt;
  return CrcTail(token, 40, 6, kLowerFirst);
}

std::optional<bool> Zuplo(std::string_view token) {
  if (!token.starts_with("zpka_")) return std::nullopt;
  const auto body = token.substr(5);
  if (body.size() != 41 || body[32] != '_') return std::nullopt;
  return Tail(body, 8) == Digits(Crc(body.substr(0, 32)), kHexLower, 8);
}

std::string LittleEndian(uint32_t value) {
  std::string bytes;
  for (int i = 0; i < 4; ++i, value >>= 8) bytes += static_cast<char>(value & 255);
  return bytes;
}

std::optional<bool> Grafana(std::string_view token) {
  if (!token.starts_with("glsa_") || token.size() != 46 || token[37] != '_') return std::nullopt;
  return Tail(token, 8) == HexEncode(LittleEndian(Crc(token.substr(0, 37))));
}

std::optional<bool> Confluent(std::string_view token) {
  if (!token.starts_with("cflt") || token.size() < 16) return std::nullopt;
  const auto covered = token.substr(4, token.size() - 10);
  return Tail(token, 6) == Base64Encode(LittleEndian(Crc(covered))).substr(0, 6);
}

constexpr std::array<std::pair<std::string_view, ChecksumFunction>, 12> kChecksums = {{
    {"apify", Apify},
    {"atlassian", Atlassian},
    {"canva", Canva},
    {"cloudflare", Cloudflare},
    {"confluent", Confluent},
    {"github", GitHub},
    {"github-fine-grained", GitHubFineGrained},
    {"gitlab-routable", GitLabRoutable},
    {"grafana", Grafana},
    {"npm", Npm},
    {"vercel", Vercel},
    {"zuplo", Zuplo},
}};

}  // namespace

ChecksumFunction FindChecksum(std::string_view name) {
  for (const auto& [known, function] : kChecksums)
    if (known == name) return function;
  return nullptr;
}

std::vector<std::string_view> ChecksumNames() {
  std::vector<std::string_view> names;
  names.reserve(kChecksums.size());
  for (const auto& entry : kChecksums) names.push_back(entry.first);
  return names;
}

}  // namespace leaktrip

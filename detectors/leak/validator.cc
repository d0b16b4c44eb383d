#include "detectors/leak/validator.h"

#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "detectors/base/encoding.h"

namespace leaktrip {
namespace {

using nlohmann::json;

json ParseObject(std::string_view text) {
  json value = json::parse(text, nullptr, /*allow_exceptions=*/false);
  return value.is_object() ? value : json();
}

json DecodeObject(std::string_view base64) {
  const auto text = Base64Decode(base64);
  return text ? ParseObject(*text) : json();
}

// A NumericDate of RFC 7519: seconds since 1970, within reason.
std::optional<Millis> NumericDate(const json& object, const char* name) {
  const auto it = object.find(name);
  if (it == object.end() || !it->is_number()) return std::nullopt;
  const double seconds = it->get<double>();
  if (seconds < 0 || seconds > 1e11) return std::nullopt;
  return static_cast<Millis>(seconds * 1000);
}

Structure Jwt(std::string_view secret) {
  Structure result;
  const size_t first = secret.find('.');
  if (first == std::string_view::npos) return result;
  const size_t second = secret.find('.', first + 1);
  const json header = DecodeObject(secret.substr(0, first));
  const json payload = DecodeObject(
      secret.substr(first + 1, second == std::string_view::npos ? second : second - first - 1));
  if (!header.is_object() || !header.contains("alg")) return result;
  result.holds = true;
  if (header["alg"].is_string() && header["alg"].get<std::string>() == "none")
    result.facts.emplace_back("JWT that is not signed");
  if (!payload.is_object()) return result;  // encrypted (JWE)
  result.expires = NumericDate(payload, "exp");
  if (!result.expires) result.facts.emplace_back("JWT without expiry");
  return result;
}

Structure BasicAuth(std::string_view secret) {
  Structure result;
  const auto text = Base64Decode(secret);
  if (!text) return result;
  const size_t colon = text->find(':');
  if (colon == std::string::npos || colon + 1 >= text->size()) return result;
  for (const char c : *text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) return result;
  result.holds = true;
  return result;
}

// How many bytes at `at` stand for a line's end: \n, \r, \t or \u000a behind any number of
// backslashes, #012 of syslog; at least one.
size_t LineEndSize(std::string_view text, size_t at) {
  size_t size = 1;
  if (text[at] == '#') return text.substr(at, 3) == "#01" ? 4 : 1;
  while (at + size < text.size() && text[at + size] == '\\') ++size;
  return size + (at + size < text.size() && text[at + size] == 'u' ? 5 : 1);
}

Structure Pem(std::string_view secret) {
  Structure result;
  std::string body;
  const size_t begin = secret.find("KEY-----");
  const size_t end = secret.rfind("-----END");
  if (begin == std::string_view::npos || end == std::string_view::npos || end < begin)
    return result;
  for (size_t i = begin + 8; i < end; ++i) {
    if (secret[i] == '\\' || secret[i] == '#')
      i += LineEndSize(secret.substr(0, end), i) - 1;
    else if (secret[i] == '+' && std::string_view(" \"'").find(secret[i - 1]) != std::string::npos)
      continue;  // joins the lines of a program's text
    else if (secret[i] != '-' && secret[i] != '_' && Base64Digit(secret[i]) >= 0)
      body += secret[i];
  }
  body.resize(body.size() / 4 * 4);
  const auto der = Base64Decode(body);
  if (!der || der->size() < 32) return result;
  // A DER SEQUENCE, or OpenSSH's own container.
  result.holds = static_cast<uint8_t>((*der)[0]) == 0x30 || der->starts_with("openssh-key-v1");
  return result;
}

// The account number sits in the first 48 bits of the base32 part.
Structure AwsKeyId(std::string_view secret) {
  Structure result;
  if (secret.size() != 20) return result;
  uint64_t head = 0;
  for (size_t i = 4; i < 14; ++i) {  // ten digits of five bits
    const char c = secret[i];
    const int digit = c >= 'A' && c <= 'Z' ? c - 'A' : c >= '2' && c <= '7' ? c - '2' + 26 : -1;
    if (digit < 0) return result;
    head = head << 5 | static_cast<uint64_t>(digit);
  }
  head >>= 2;
  const uint64_t account = (head & 0x7fffffffff80) >> 7;
  std::string digits = std::to_string(account);
  if (digits.size() > 12) return result;
  digits.insert(0, 12 - digits.size(), '0');
  result.holds = true;
  result.facts.push_back("AWS account " + digits);
  return result;
}

Structure Base64Json(std::string_view secret) {
  Structure result;
  // A readable prefix ends before the first character of the JSON, which encodes `{"`.
  const size_t at = secret.find("eyJ");
  if (at == std::string_view::npos) return result;
  size_t end = at;
  while (end < secret.size() &&
         (std::isalnum(static_cast<unsigned char>(secret[end])) ||
          std::string_view("+/-_").find(secret[end]) != std::string_view::npos))
    ++end;
  // Issuers append a signature after `_`; try the whole run first, then what stands before it.
  size_t stop = end;
  for (int tries = 0; tries < 4 && stop != std::string_view::npos && stop > at;
       ++tries, stop = secret.rfind('_', stop - 1)) {
    if (DecodeObject(secret.substr(at, stop - at)).is_object()) {
      result.holds = true;
      break;
    }
  }
  return result;
}

Structure Uuid(std::string_view secret) {
  Structure result;
  if (secret.size() != 36) return result;
  for (size_t i = 0; i < secret.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? secret[i] != '-' : HexDigit(secret[i]) < 0) return result;
  }
  result.holds = true;
  return result;
}

// Bech32 (BIP 173) with the prefix AGE-SECRET-KEY-: its last six characters are a checksum.
Structure Age(std::string_view secret) {
  constexpr std::string_view alphabet = "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L";
  constexpr std::array<uint32_t, 5> generator = {0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd,
                                                 0x2a1462b3};
  constexpr std::string_view prefix = "age-secret-key-";
  Structure result;
  uint32_t sum = 1;
  const auto take = [&](uint32_t value) {
    const uint32_t top = sum >> 25;
    sum = (sum & 0x1ffffff) << 5 ^ value;
    for (size_t i = 0; i < generator.size(); ++i)
      if (top >> i & 1) sum ^= generator[i];
  };
  for (const char c : prefix) take(static_cast<uint32_t>(c) >> 5);
  take(0);
  for (const char c : prefix) take(static_cast<uint32_t>(c) & 31);
  if (secret.size() <= prefix.size() || secret[prefix.size()] != '1') return result;
  for (const char c : secret.substr(prefix.size() + 1)) {
    const size_t value = alphabet.find(c);
    if (value == std::string_view::npos) return result;
    take(static_cast<uint32_t>(value));
  }
  result.holds = sum == 1;
  return result;
}

// A number of a binary macaroon, seven bits a byte.
std::optional<size_t> TakeVarint(std::string_view* bytes) {
  size_t value = 0;
  for (int shift = 0; shift < 28 && !bytes->empty(); shift += 7) {
    const auto byte = static_cast<uint8_t>(bytes->front());
    bytes->remove_prefix(1);
    value |= static_cast<size_t>(byte & 127) << shift;
    if (byte < 128) return value;
  }
  return std::nullopt;
}

// A binary macaroon, version 2, as libmacaroons writes it: fields of type, size and bytes; type 0
// ends a section, 6 is the signature of 32 bytes and the last.
Structure Macaroon(std::string_view secret) {
  Structure result;
  const auto decoded = Base64Decode(secret.substr(secret.find('-') + 1));
  if (!decoded || decoded->empty() || decoded->front() != 2) return result;
  std::string_view rest = std::string_view(*decoded).substr(1);
  while (!rest.empty()) {
    const auto type = TakeVarint(&rest);
    if (!type || *type > 6) return result;
    if (*type == 0) continue;
    const auto size = TakeVarint(&rest);
    if (!size || *size > rest.size()) return result;
    if (*type == 1) result.facts.push_back("macaroon of " + std::string(rest.substr(0, *size)));
    result.holds = *type == 6 && *size == 32;
    rest.remove_prefix(*size);
  }
  if (!result.holds) result.facts.clear();
  return result;
}

// Fly.io: MessagePack of an array of four: nonce (itself an array of three), location, caveats,
// tail. Several may follow one another after commas; the first one says it.
Structure FlyMacaroon(std::string_view secret) {
  Structure result;
  const size_t begin = secret.find("fm");
  if (begin == std::string_view::npos || begin + 4 >= secret.size()) return result;
  std::string_view body = secret.substr(begin + 4);
  body = body.substr(0, body.find(','));
  body = body.substr(0, body.size() - (body.size() % 4 == 1 ? 1 : 0));
  const auto decoded = Base64Decode(body);
  result.holds = decoded && decoded->starts_with("\x94\x93");  // arrays of four and of three
  return result;
}

constexpr std::array<std::pair<std::string_view, StructureFunction>, 9> kValidators = {{
    {"age", Age},
    {"aws-key-id", AwsKeyId},
    {"base64-json", Base64Json},
    {"basic-auth", BasicAuth},
    {"fly-macaroon", FlyMacaroon},
    {"jwt", Jwt},
    {"macaroon", Macaroon},
    {"pem", Pem},
    {"uuid", Uuid},
}};

}  // namespace

StructureFunction FindValidator(std::string_view name) {
  for (const auto& [known, function] : kValidators)
    if (known == name) return function;
  return nullptr;
}

std::vector<std::string_view> ValidatorNames() {
  std::vector<std::string_view> names;
  names.reserve(kValidators.size());
  for (const auto& entry : kValidators) names.push_back(entry.first);
  return names;
}

}  // namespace leaktrip

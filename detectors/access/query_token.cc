#include "detectors/access/query_token.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "detectors/base/encoding.h"

namespace leaktrip {
namespace {

constexpr size_t kLeastLength = 20;
constexpr size_t kMostLength = 8192;
constexpr double kLeastEntropy = 3;
constexpr std::array<std::string_view, 14> kNames = {
    "access_token", "token", "api_key",    "apikey",        "api-key",
    "key",          "auth",  "auth_token", "private_token", "personal_access_token",
    "id_token",     "jwt",   "secret",     "session_token"};

double Entropy(std::string_view text) {
  std::array<int, 256> counts{};
  for (const char c : text) ++counts[static_cast<uint8_t>(c)];
  double bits = 0;
  for (const int count : counts) {
    if (count == 0) continue;
    const double p = static_cast<double>(count) / static_cast<double>(text.size());
    bits -= p * std::log2(p);
  }
  return bits;
}

bool SpeaksOfCredential(std::string_view name) {
  return std::any_of(kNames.begin(), kNames.end(), [&](std::string_view known) {
    return name.size() == known.size() &&
           std::equal(name.begin(), name.end(), known.begin(), [](char a, char b) {
             return (a >= 'A' && a <= 'Z' ? a + ('a' - 'A') : a) == b;
           });
  });
}

std::string PercentDecode(std::string_view text) {
  std::string decoded;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && HexDigit(text[i + 1]) >= 0 &&
        HexDigit(text[i + 2]) >= 0) {
      decoded += static_cast<char>(HexDigit(text[i + 1]) * 16 + HexDigit(text[i + 2]));
      i += 2;
    } else {
      decoded += text[i];
    }
  }
  return decoded;
}

}  // namespace

std::optional<Fingerprint> QueryToken(std::string_view query) {
  while (!query.empty()) {
    const size_t end = query.find('&');
    const std::string_view pair = query.substr(0, end);
    query.remove_prefix(end == std::string_view::npos ? query.size() : end + 1);
    const size_t equals = pair.find('=');
    if (equals == std::string_view::npos || !SpeaksOfCredential(pair.substr(0, equals))) continue;
    const std::string_view raw = pair.substr(equals + 1);
    if (raw.size() < kLeastLength || raw.size() > kMostLength) continue;
    const std::string value = PercentDecode(raw.substr(0, raw.find('#')));
    if (value.size() >= kLeastLength && Entropy(value) >= kLeastEntropy)
      return Fingerprint::OfToken(value);
  }
  return std::nullopt;
}

}  // namespace leaktrip

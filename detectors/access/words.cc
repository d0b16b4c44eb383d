#include "detectors/access/words.h"

#include <array>
#include <cstdio>

namespace leaktrip {

std::string SourceWords(const IpAddress& ip, const Networks& networks) {
  std::string words = ip.ToString();
  const auto info = networks.Find(ip);
  if (!info) return words;
  std::string about;
  if (info->asn != 0) about = "AS" + std::to_string(info->asn);
  if (!info->as_name.empty()) about += (about.empty() ? "" : " ") + Plain(info->as_name, 60);
  if (!info->country.empty()) about += (about.empty() ? "" : ", ") + std::string(info->country);
  return about.empty() ? words : words + " (" + about + ")";
}

std::string PrincipalWords(const AccessEvent& event) {
  if (!event.user.empty()) return "the user " + Plain(event.user, 100);
  if (event.token) return "the token " + event.token->Hex().substr(0, 8) + "…";
  return "nobody known";
}

std::string TokenEntity(const Fingerprint& token) { return "token:" + token.Hex(); }

std::string UserEntity(std::string_view user) { return "user:" + Plain(user, 256); }

std::string CountWords(uint64_t n, std::string_view thing) {
  return std::to_string(n) + " " + std::string(thing) + (n == 1 ? "" : "s");
}

std::string SpanWords(Millis span) {
  const Millis seconds = span < 0 ? 0 : span / 1000;
  if (seconds < 120) return std::to_string(seconds) + " s";
  if (seconds < 7200) return std::to_string(seconds / 60) + " min";
  if (seconds < 48 * 3600) return std::to_string(seconds / 3600) + " h";
  return std::to_string(seconds / 86400) + " d";
}

std::string RequestWords(const AccessEvent& event) {
  std::string words = "the last request: " + Plain(event.method, 16);
  if (!event.path.empty()) words += " " + Plain(event.path, 100);
  words += ", answer " + std::to_string(event.status);
  if (!event.user_agent.empty()) words += ", agent " + Plain(event.user_agent, 80);
  return words;
}

std::string Plain(std::string_view text, size_t size) {
  std::string plain;
  const bool cut = text.size() > size;
  if (cut) {
    while (size > 0 && (static_cast<uint8_t>(text[size]) & 0xc0) == 0x80) --size;
    text = text.substr(0, size);
  }
  for (const char c : text) plain += (static_cast<uint8_t>(c) < 0x20 || c == 0x7f) ? ' ' : c;
  return cut ? plain + "…" : plain;
}

std::string OneDecimal(double value) {
  std::array<char, 32> text{};
  const int n = std::snprintf(text.data(), text.size(), "%.1f", value);
  return {text.data(), static_cast<size_t>(n)};
}

}  // namespace leaktrip

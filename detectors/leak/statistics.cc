#include "detectors/leak/statistics.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <string>

namespace leaktrip {
namespace {

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (auto& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return lower;
}

bool HoldsOneOf(std::string_view text, const auto& words) {
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) {
    return text.find(word) != std::string_view::npos;
  });
}

// The longest stretch in which each character is the one before it plus `step`.
size_t LongestStretch(std::string_view text, int step) {
  size_t longest = text.empty() ? 0 : 1, current = 1;
  for (size_t i = 1; i < text.size(); ++i) {
    current = text[i] - text[i - 1] == step ? current + 1 : 1;
    longest = std::max(longest, current);
  }
  return longest;
}

// `$2b$…`, `$6$…`: a scheme between dollars is no variable.
bool CryptHash(std::string_view text) {
  const size_t second = text.find('$', 1);
  return second != std::string_view::npos && second >= 2 && second <= 10 && text.size() >= 20;
}

// Values that programs print in place of a secret, or that people type until they have one.
constexpr std::array<std::string_view, 36> kWholeWords = {
    "null",      "nil",      "none",      "undefined", "true",     "false",   "empty",   "secret",
    "password",  "passwd",   "pass",      "token",     "apikey",   "api_key", "api-key", "string",
    "example",   "changeme", "change_me", "changeit",  "redacted", "hidden",  "masked",  "filtered",
    "protected", "removed",  "yes",       "required",  "invalid",  "expired", "unknown", "missing",
    "default",   "optional", "disabled",  "enabled"};

constexpr std::array<std::string_view, 14> kSpeakingParts = {
    "example",    "changeme", "redacted", "placeholder", "your_",    "your-",     "yourtoken",
    "yoursecret", "notreal",  "dummy",    "insert_",     "replace_", "replaceme", "xxxxxx"};

}  // namespace

double Entropy(std::string_view text) {
  std::array<uint32_t, 256> counts{};
  for (const char c : text) ++counts[static_cast<uint8_t>(c)];
  double bits = 0;
  const auto size = static_cast<double>(text.size());
  for (const uint32_t count : counts)
    if (count > 0) bits -= count / size * std::log2(count / size);
  return bits;
}

std::string_view PlaceholderReason(std::string_view text, bool strict) {
  if (text.empty()) return "empty";
  // A run of one character, or of neighbours in the alphabet, makes up most of it.
  const size_t stretch =
      std::max({LongestStretch(text, 0), LongestStretch(text, 1), LongestStretch(text, -1)});
  // A long secret may hold such a run: the header of an OpenSSH key, 22 `A` before an X token.
  const bool long_run = stretch >= 8 && (text.size() <= 64 || stretch * 4 >= text.size());
  if (long_run || (strict && stretch * 2 >= text.size() && stretch >= 3))
    return "a run of equal or consecutive characters";
  if (text.find("***") != std::string_view::npos || text.find("...") != std::string_view::npos ||
      text.find("\xe2\x80\xa6") != std::string_view::npos ||
      text.find("\xe2\x80\xa2") != std::string_view::npos)
    return "masked already";
  const bool variable =
      (text.front() == '$' && !CryptHash(text)) || text.find("${") != std::string_view::npos ||
      text.find("{{") != std::string_view::npos || text.find("%(") != std::string_view::npos ||
      text.front() == '<' || (text.front() == '{' && text.back() == '}') ||
      (text.front() == '[' && text.back() == ']') || (text.front() == '%' && text.back() == '%');
  if (variable) return "a variable or a template";
  const std::string lower = Lower(text);
  if (HoldsOneOf(lower, kSpeakingParts)) return "says that it is a placeholder";
  if (strict && std::find(kWholeWords.begin(), kWholeWords.end(), lower) != kWholeWords.end())
    return "a word that stands for a value";
  return {};
}

}  // namespace leaktrip

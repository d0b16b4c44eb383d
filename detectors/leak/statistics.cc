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

// How many characters stand in stretches of at least three that are equal or neighbours in the
// alphabet: "abc123xyz" is nothing else.
size_t InSequences(std::string_view text) {
  constexpr size_t kLeast = 3;
  size_t sum = 0;
  for (size_t begin = 0; begin < text.size();) {
    size_t end = begin + 1;
    const int step = end < text.size() ? text[end] - text[begin] : 2;
    if (step >= -1 && step <= 1)
      while (end < text.size() && text[end] - text[end - 1] == step) ++end;
    if (end - begin >= kLeast) {
      sum += end - begin;
      begin = end;
    } else {
      ++begin;
    }
  }
  return sum;
}

// The longest stretch that repeats a pattern of two to eight characters.
size_t LongestRepetition(std::string_view text) {
  size_t longest = 0;
  for (size_t period = 2; period <= 8; ++period) {
    size_t current = 0;
    for (size_t i = period; i < text.size(); ++i) {
      current = text[i] == text[i - period] ? current + 1 : 0;
      // Once more than the pattern itself, or it was chance.
      if (current > period && current >= 6) longest = std::max(longest, current + period);
    }
  }
  return longest;
}

// `$2b$…`, `$6$…`: a scheme between dollars is no variable.
bool CryptHash(std::string_view text) {
  const size_t second = text.find('$', 1);
  return second != std::string_view::npos && second >= 2 && second <= 10 && text.size() >= 20;
}

// What secrets are masked with makes up nearly all of it.
bool IsMask(std::string_view text) {
  constexpr std::string_view masks = "xX0*#.-_";
  const auto count = std::count_if(text.begin(), text.end(),
                                   [&](char c) { return masks.find(c) != std::string_view::npos; });
  return static_cast<size_t>(count) * 10 >= text.size() * 9;
}

// `%(name)s` of Python.
bool FormatField(std::string_view text) {
  const size_t begin = text.find("%(");
  return begin != std::string_view::npos && text.find(")s", begin) != std::string_view::npos;
}

// Values that programs print in place of a secret, or that people type until they have one.
constexpr std::array<std::string_view, 44> kWholeWords = {
    "null",      "nil",      "none",      "undefined", "true",     "false",   "empty",   "secret",
    "password",  "passwd",   "pass",      "token",     "apikey",   "api_key", "api-key", "string",
    "example",   "changeme", "change_me", "changeit",  "redacted", "hidden",  "masked",  "filtered",
    "protected", "removed",  "yes",       "required",  "invalid",  "expired", "unknown", "missing",
    "default",   "optional", "disabled",  "enabled",   "test",     "testing", "demo",    "sample",
    "foobar",    "username", "user",      "value"};

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
  const bool runs = strict && ((stretch >= 8 && text.size() <= 64) ||
                               (stretch * 4 >= text.size() * 3 && stretch >= 3));
  constexpr size_t kEndless = 64;
  const bool nothing_else =
      stretch == text.size() || (stretch >= kEndless && stretch * 2 >= text.size());
  if (runs || nothing_else || IsMask(text)) return "a run of equal or consecutive characters";
  if (text.find("***") != std::string_view::npos || text.find("...") != std::string_view::npos ||
      text.find("\xe2\x80\xa6") != std::string_view::npos ||
      text.find("\xe2\x80\xa2") != std::string_view::npos)
    return "masked already";
  const bool variable =
      (text.front() == '$' && !CryptHash(text)) || text.find("${") != std::string_view::npos ||
      text.find("{{") != std::string_view::npos || FormatField(text) || text.front() == '<' ||
      (text.front() == '{' && text.back() == '}') || (text.front() == '[' && text.back() == ']') ||
      (text.front() == '%' && text.back() == '%');
  if (variable) return "a variable or a template";
  const std::string lower = Lower(text);
  if (HoldsOneOf(lower, kSpeakingParts)) return "says that it is a placeholder";
  if (strict && std::find(kWholeWords.begin(), kWholeWords.end(), lower) != kWholeWords.end())
    return "a word that stands for a value";
  return {};
}

std::string_view DoubtReason(std::string_view text) {
  constexpr size_t kLeast = 6;  // shorter text has its stretches by chance
  if (text.size() < kLeast) return {};
  const size_t stretch =
      std::max({LongestStretch(text, 0), LongestStretch(text, 1), LongestStretch(text, -1)});
  // A long secret may hold such a run: the header of an OpenSSH key, 22 `A` before an X token.
  if (stretch >= 8 && (text.size() <= 64 || stretch * 4 >= text.size()))
    return "it holds a run of equal or consecutive characters";
  if (InSequences(text) * 2 >= text.size()) return "it is runs of consecutive characters";
  if (LongestRepetition(text) * 2 >= text.size()) return "it repeats one pattern";
  return {};
}

bool ReadsLikeWords(std::string_view text) {
  const auto lower = [](char c) { return c >= 'a' && c <= 'z'; };
  const auto upper = [](char c) { return c >= 'A' && c <= 'Z'; };
  size_t words = 0, letters = 0, vowels = 0, consonants = 0, longest = 0;
  char before = ' ';
  for (const char c : text) {
    if (!lower(c) && !upper(c) && c != '_' && c != '-' && c != '.') return false;
    if (lower(c) || upper(c)) {
      ++letters;
      const bool vowel = std::string_view("aeiouyAEIOUY").find(c) != std::string_view::npos;
      vowels += vowel ? 1 : 0;
      consonants = vowel ? 0 : consonants + 1;
      longest = std::max(longest, consonants);
      if ((!lower(before) && !upper(before)) || (lower(before) && upper(c))) ++words;
    }
    before = c;
  }
  constexpr size_t kConsonants = 5, kWordSize = 4;
  return words > 0 && letters >= words * kWordSize && longest <= kConsonants &&
         vowels * 4 >= letters && vowels * 5 <= letters * 3;
}

}  // namespace leaktrip

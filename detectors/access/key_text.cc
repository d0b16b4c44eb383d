#include "detectors/access/key_text.h"

#include <cstring>

#include "detectors/base/encoding.h"

namespace leaktrip {
namespace {

constexpr uint64_t kOdd1 = 0xa0761d6478bd642full;
constexpr uint64_t kOdd2 = 0xe7037ed1a0b428dbull;

uint64_t Fold(uint64_t a, uint64_t b) {
  __extension__ using Wide = unsigned __int128;
  const Wide product = static_cast<Wide>(a) * b;
  return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
}

}  // namespace

std::string EncodeKey(KeyText how, std::string_view key) {
  if (how == KeyText::kHex) return HexEncode(key);
  std::string text;
  for (const char c : key) {
    if (c > ' ' && c < 0x7f && c != '%') {
      text += c;
    } else {
      text += '%';
      text += HexEncode({&c, 1});
    }
  }
  return text;
}

std::optional<std::string> DecodeKey(KeyText how, std::string_view text) {
  if (how == KeyText::kHex) return HexDecode(text);
  std::string key;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      key += text[i];
      continue;
    }
    if (text.size() - i < 3) return std::nullopt;
    const auto byte = HexDecode(text.substr(i + 1, 2));
    if (!byte) return std::nullopt;
    key += *byte;
    i += 2;
  }
  return key;
}

uint64_t HashBytes(std::string_view bytes, uint64_t seed) {
  uint64_t hash = seed ^ kOdd1 ^ bytes.size();
  while (bytes.size() >= 8) {
    uint64_t word;
    std::memcpy(&word, bytes.data(), 8);
    hash = Fold(hash ^ word, kOdd2);
    bytes.remove_prefix(8);
  }
  uint64_t word = 0;
  if (!bytes.empty()) std::memcpy(&word, bytes.data(), bytes.size());  // data() may be null
  return Fold(hash ^ word ^ kOdd2, kOdd1);
}

}  // namespace leaktrip

#include "detectors/base/state_bytes.h"

#include <cstring>

namespace leaktrip {

StateWriter& StateWriter::Uint(uint64_t value) {
  while (value >= 0x80) {
    bytes_.push_back(static_cast<char>(value | 0x80));
    value >>= 7;
  }
  bytes_.push_back(static_cast<char>(value));
  return *this;
}

StateWriter& StateWriter::Real(double value) {
  const auto bits = std::bit_cast<uint64_t>(value);
  bytes_.append(reinterpret_cast<const char*>(&bits), sizeof bits);
  return *this;
}

StateWriter& StateWriter::Text(std::string_view text) {
  Uint(text.size());
  bytes_.append(text);
  return *this;
}

uint64_t StateReader::Uint() {
  uint64_t value = 0;
  for (unsigned shift = 0; shift < 64 && ok_ && !rest_.empty(); shift += 7) {
    const auto byte = static_cast<uint8_t>(rest_.front());
    rest_.remove_prefix(1);
    value |= static_cast<uint64_t>(byte & 0x7f) << shift;
    if (byte < 0x80) return value;
  }
  ok_ = false;
  return 0;
}

double StateReader::Real() {
  uint64_t bits = 0;
  if (!ok_ || rest_.size() < sizeof bits) {
    ok_ = false;
    return 0;
  }
  std::memcpy(&bits, rest_.data(), sizeof bits);
  rest_.remove_prefix(sizeof bits);
  return std::bit_cast<double>(bits);
}

std::string_view StateReader::Text() {
  const uint64_t size = Uint();
  if (!ok_ || size > rest_.size()) {
    ok_ = false;
    return {};
  }
  const auto text = rest_.substr(0, size);
  rest_.remove_prefix(size);
  return text;
}

size_t StateReader::Count(size_t most) {
  const uint64_t n = Uint();
  if (n > most || n > rest_.size()) ok_ = false;
  return ok_ ? n : 0;
}

}  // namespace leaktrip

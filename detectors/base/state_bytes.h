// StateWriter and StateReader: small values as bytes, for state that is saved and restored by key.
//
// Integers are LEB128, signed ones zigzag, reals as their IEEE 754 bits, texts with their length.
// The first byte a writer puts should be the version of what follows. A reader never reads past its
// end: after the first bad byte every further read gives zero and ok() is false.
//
// Threads: values, one thread each. Bounds: a text or list is refused when longer than what is
// left.
#pragma once

#include <bit>
#include <cstdint>
#include <string>
#include <string_view>

namespace leaktrip {

class StateWriter {
 public:
  StateWriter& Uint(uint64_t value);
  StateWriter& Int(int64_t value) {
    return Uint((static_cast<uint64_t>(value) << 1) ^ static_cast<uint64_t>(value >> 63));
  }
  StateWriter& Real(double value);
  StateWriter& Text(std::string_view text);
  const std::string& bytes() const { return bytes_; }
  void Clear() { bytes_.clear(); }

 private:
  std::string bytes_;
};

class StateReader {
 public:
  explicit StateReader(std::string_view bytes) : rest_(bytes) {}

  uint64_t Uint();
  int64_t Int() {
    const uint64_t raw = Uint();
    return static_cast<int64_t>(raw >> 1) ^ -static_cast<int64_t>(raw & 1);
  }
  double Real();
  std::string_view Text();
  // A count of things that follow, each at least one byte long; 0 and !ok() above most.
  size_t Count(size_t most);
  bool ok() const { return ok_; }
  bool AtEnd() const { return ok_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

}  // namespace leaktrip

// SlotKey: the key of an entity inside its table's slot: up to 32 bytes in place (addresses,
// fingerprints, most names), so that a look-up touches no other memory; longer ones on the heap. A
// value.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>

namespace leaktrip {

class SlotKey {
 public:
  void Set(std::string_view key) {
    long_.reset();
    size_ = static_cast<uint8_t>(key.size() <= kInPlace ? key.size() : kLong);
    if (size_ == kLong)
      long_ = std::make_unique<std::string>(key);
    else if (!key.empty())
      std::memcpy(bytes_.data(), key.data(), key.size());
  }
  std::string_view view() const {
    return size_ == kLong ? std::string_view(*long_) : std::string_view(bytes_.data(), size_);
  }
  bool operator==(std::string_view key) const { return view() == key; }

 private:
  static constexpr size_t kInPlace = 32;
  static constexpr uint8_t kLong = 255;

  std::array<char, kInPlace> bytes_;
  uint8_t size_ = 0;
  std::unique_ptr<std::string> long_;
};

}  // namespace leaktrip

#include "detectors/base/secret.h"

#include <openssl/crypto.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>

namespace leaktrip {

Secret::Secret(std::string_view bytes)
    : data_(bytes.empty() ? nullptr : std::make_unique<char[]>(bytes.size())), size_(bytes.size()) {
  if (size_ > 0) std::memcpy(data_.get(), bytes.data(), size_);
}

Secret::~Secret() { Wipe(); }

Secret::Secret(Secret&& other) noexcept
    : data_(std::move(other.data_)), size_(std::exchange(other.size_, 0)) {}

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this == &other) return *this;
  Wipe();
  data_ = std::move(other.data_);
  size_ = std::exchange(other.size_, 0);
  return *this;
}

void Secret::Wipe() {
  if (data_) OPENSSL_cleanse(data_.get(), size_);
  size_ = 0;
}

std::string Redact(std::string_view secret) {
  // At most an eighth of the length at each end: three quarters of any secret stay hidden.
  const size_t shown = secret.size() < 8 ? 0 : std::min<size_t>(4, secret.size() / 8);
  auto printable = [](std::string_view text) {
    std::string out(text);
    for (char& c : out)
      if (c < 0x20 || c > 0x7e) c = '?';
    return out;
  };
  return printable(secret.substr(0, shown)) + "\u2026" +
         printable(secret.substr(secret.size() - shown));
}

}  // namespace leaktrip

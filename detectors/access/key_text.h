// Keys of entities: their hash, and their printable form in saved state. Pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "detectors/base/fingerprint.h"
#include "detectors/base/ip_address.h"

namespace leaktrip {

// How a table's keys are written: names as text (bytes that are not plain ASCII as %XX), addresses
// and fingerprints in hex.
enum class KeyText : uint8_t { kName, kHex };

std::string EncodeKey(KeyText how, std::string_view key);
std::optional<std::string> DecodeKey(KeyText how, std::string_view text);

// 64 bits of any bytes; multiply-and-fold over 8 bytes at a time. Not for anything that must resist
// an attacker who sees hashes.
uint64_t HashBytes(std::string_view bytes, uint64_t seed = 0);

inline std::string_view KeyOf(const Fingerprint& f) {
  return {reinterpret_cast<const char*>(f.bytes.data()), f.bytes.size()};
}
inline std::string_view KeyOf(const IpAddress& ip) {
  return {reinterpret_cast<const char*>(ip.bytes.data()), ip.bytes.size()};
}

}  // namespace leaktrip

// Text encodings of bytes: hex, base64 and base62. All decoders refuse rather than guess.
// Pure functions, any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace leaktrip {

std::string HexEncode(std::string_view bytes);
// Either case; nullopt for an odd length or any other character.
std::optional<std::string> HexDecode(std::string_view hex);
// Value of one hex digit, or -1.
int HexDigit(char c);

std::string Base64Encode(std::string_view bytes);
// Standard or URL-safe alphabet, with or without padding; nullopt for anything else.
std::optional<std::string> Base64Decode(std::string_view text);

// Value of one digit of either base64 alphabet, or -1.
int Base64Digit(char c);

// value in base 62 (0-9A-Za-z), left-padded with '0' to width digits.
std::string Base62(uint64_t value, int width);

}  // namespace leaktrip

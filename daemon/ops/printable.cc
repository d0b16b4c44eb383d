#include "daemon/ops/printable.h"

#include <simdjson.h>

namespace leaktrip {
namespace {

void AppendHex(unsigned char byte, std::string* out) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  *out += "\\x";
  out->push_back(kDigits[byte >> 4]);
  out->push_back(kDigits[byte & 15]);
}

}  // namespace

std::string Printable(std::string_view text) {
  const bool utf8 = simdjson::validate_utf8(text.data(), text.size());
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    // U+0080 to U+009F steer some terminals too: 0xc2 and one byte below 0xa0.
    const bool c1 =
        byte == 0xc2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xa0;
    if (byte < 0x20 || byte == 0x7f || (byte >= 0x80 && !utf8)) {
      AppendHex(byte, &out);
    } else if (c1) {
      AppendHex(byte, &out);
      AppendHex(static_cast<unsigned char>(text[++i]), &out);
    } else {
      out.push_back(text[i]);
    }
  }
  return out;
}

}  // namespace leaktrip

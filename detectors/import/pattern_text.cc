#include "detectors/import/pattern_text.h"

#include <array>
#include <utility>

namespace leaktrip {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 12> kPosix = {
    {{"alnum", "A-Za-z0-9"},
     {"alpha", "A-Za-z"},
     {"digit", "0-9"},
     {"lower", "a-z"},
     {"upper", "A-Z"},
     {"xdigit", "0-9A-Fa-f"},
     {"word", "A-Za-z0-9_"},
     {"space", "\\s"},
     {"blank", " \\t"},
     {"punct", "!-\\/:-@\\[-`{-~"},
     {"graph", "!-~"},
     {"print", " -~"}}};

}  // namespace

std::string HexText(unsigned byte) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  return {'\\', 'x', kDigits[byte >> 4], kDigits[byte & 15]};
}

std::string LiteralText(char c) {
  constexpr std::string_view kSpecial = "\\^$.|?*+()[]{}";
  const auto byte = static_cast<unsigned char>(c);
  if (byte < ' ' || byte > '~') return HexText(byte);
  return kSpecial.find(c) != std::string_view::npos ? std::string("\\") + c : std::string(1, c);
}

std::string MemberText(char c) {
  const auto byte = static_cast<unsigned char>(c);
  if (byte < ' ' || byte > '~') return HexText(byte);
  return std::string_view("\\]^-[").find(c) != std::string_view::npos ? std::string("\\") + c
                                                                      : std::string(1, c);
}

std::optional<std::string_view> ClassMembers(std::string_view name) {
  for (const auto& [known, members] : kPosix)
    if (known == name) return members;
  return std::nullopt;
}

}  // namespace leaktrip

// Characters and named classes as our dialect writes them. Pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace leaktrip {

std::string HexText(unsigned byte);  // "\\x0b"
std::string LiteralText(char c);     // outside a class
std::string MemberText(char c);      // inside one
// What stands for [:name:] inside a class.
std::optional<std::string_view> ClassMembers(std::string_view name);

}  // namespace leaktrip

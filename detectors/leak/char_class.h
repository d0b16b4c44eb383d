// CharClass: a set of bytes written like a regular expression's class, built at compile time.
// A `-` first or last means itself. Any thread.
#pragma once

#include <array>
#include <string_view>

namespace leaktrip {

class CharClass {
 public:
  constexpr explicit CharClass(std::string_view text) {
    for (size_t i = 0; i < text.size(); ++i) {
      if (i > 0 && i + 1 < text.size() && text[i] == '-') {
        for (int c = text[i - 1]; c <= text[i + 1]; ++c) has_[static_cast<size_t>(c)] = true;
      } else {
        has_[static_cast<unsigned char>(text[i])] = true;
      }
    }
  }
  constexpr bool Has(char c) const { return has_[static_cast<unsigned char>(c)]; }

 private:
  std::array<bool, 256> has_{};
};

}  // namespace leaktrip

// Slot: a piece of a record under a name that a format uses.
#pragma once

#include <string_view>
#include <vector>

namespace leaktrip {

struct Slot {
  std::string_view text;
  // The text lies in a buffer that the next record overwrites: what stays must be copied.
  bool passing = false;

  bool present() const { return text.data() != nullptr; }
};

using Slots = std::vector<Slot>;

}  // namespace leaktrip

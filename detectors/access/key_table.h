// KeyTable: a few short keys to numbers, for looking up each key of a record. Built once, then
// immutable; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace leaktrip {

class KeyTable {
 public:
  static constexpr int kNone = -1;

  void Add(std::string_view key, int number) {
    keys_.emplace_back(std::string(key), number);
    Rebuild();
  }
  int Find(std::string_view key) const {
    if (table_.empty()) return kNone;
    for (size_t at = Hash(key);; ++at) {
      const int i = table_[at & (table_.size() - 1)];
      if (i < 0) return kNone;
      const auto& [known, number] = keys_[static_cast<size_t>(i)];
      if (known == key) return number;
    }
  }
  bool empty() const { return keys_.empty(); }

 private:
  static size_t Hash(std::string_view key) {
    if (key.empty()) return 0;
    const auto byte = [&](size_t i) {
      return static_cast<size_t>(static_cast<unsigned char>(key[i]));
    };
    return key.size() * 7 + byte(0) * 31 + byte(key.size() / 2) * 17 + byte(key.size() - 1) * 5;
  }
  void Rebuild() {
    size_t size = 4;
    while (size < keys_.size() * 4) size *= 2;
    table_.assign(size, kNone);
    for (size_t i = 0; i < keys_.size(); ++i) {
      size_t at = Hash(keys_[i].first);
      while (table_[at & (size - 1)] >= 0) ++at;
      table_[at & (size - 1)] = static_cast<int>(i);
    }
  }

  std::vector<std::pair<std::string, int>> keys_;
  std::vector<int> table_;  // a power of two
};

}  // namespace leaktrip

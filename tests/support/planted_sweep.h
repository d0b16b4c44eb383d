// PlantedSweep: looks for planted tokens in everything that leaktrip wrote. A token counts as found
// when what lies between its first and last four bytes (the most that may be shown of it) stands
// there plainly, in hex, or in base64 at any alignment. One thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace leaktrip::test {

class PlantedSweep {
 public:
  // token: at least 16 bytes.
  void Plant(std::string_view token);
  size_t planted() const { return planted_; }

  void Text(const std::string& name, std::string_view text);
  // Every regular file below; returns how many.
  size_t Folder(const std::string& path);

  // "where: form of token number N"; empty when nothing leaked. Never holds a token.
  const std::vector<std::string>& leaks() const { return leaks_; }
  size_t bytes() const { return bytes_; }

 private:
  struct Form {
    std::string bytes;
    std::string name;
  };
  std::vector<Form> forms_;
  std::vector<std::string> leaks_;
  size_t planted_ = 0;
  size_t bytes_ = 0;
};

}  // namespace leaktrip::test

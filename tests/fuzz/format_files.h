// The shipped format files, read from the source tree.
#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>

namespace leaktrip::fuzz {

inline std::map<std::string, std::string> FormatFiles() {
  std::map<std::string, std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(RULES_DIR "/formats")) {
    std::ifstream stream(entry.path(), std::ios::binary);
    files.emplace("formats/" + entry.path().filename().string(),
                  std::string{std::istreambuf_iterator<char>(stream), {}});
  }
  return files;
}

}  // namespace leaktrip::fuzz

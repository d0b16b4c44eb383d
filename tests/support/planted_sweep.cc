#include "tests/support/planted_sweep.h"

#include <filesystem>
#include <fstream>
#include <iterator>

#include "detectors/base/encoding.h"

namespace leaktrip::test {

void PlantedSweep::Plant(std::string_view token) {
  constexpr size_t kShown = 4;
  const std::string_view hidden = token.substr(kShown, token.size() - 2 * kShown);
  const std::string name = " of token number " + std::to_string(++planted_);
  forms_.push_back({std::string(hidden), "the text" + name});
  forms_.push_back({HexEncode(hidden), "the hex" + name});
  // Base64 of something that holds the token: where a group of three bytes begins in it, the text
  // is the same whatever stands before.
  for (size_t skip = 0; skip < 3; ++skip) {
    const std::string_view aligned = hidden.substr(skip, (hidden.size() - skip) / 3 * 3);
    forms_.push_back({Base64Encode(aligned), "the base64" + name});
  }
}

void PlantedSweep::Text(const std::string& name, std::string_view text) {
  bytes_ += text.size();
  for (const Form& form : forms_)
    if (text.find(form.bytes) != std::string_view::npos) leaks_.push_back(name + ": " + form.name);
}

size_t PlantedSweep::Folder(const std::string& path) {
  size_t files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(path)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream in(entry.path(), std::ios::binary);
    Text(entry.path().string(), std::string{std::istreambuf_iterator<char>(in), {}});
    ++files;
  }
  return files;
}

}  // namespace leaktrip::test

#include "daemon/cli/scan_paths.h"

#include <algorithm>
#include <filesystem>

namespace leaktrip {
namespace {

namespace fs = std::filesystem;

void ListFolder(const fs::path& folder, std::vector<ScanPath>* paths, Errors* errors) {
  std::error_code error;
  std::vector<fs::directory_entry> entries;
  // One folder that cannot be opened must not end the walk, so each is listed on its own.
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error))
    entries.push_back(*it);
  if (error)
    errors->push_back({Code::kIo, "cannot be listed: " + error.message(), {folder.string()}});
  std::sort(entries.begin(), entries.end());
  for (const auto& entry : entries) {
    const auto status = entry.symlink_status(error);
    if (fs::is_directory(status)) {
      ListFolder(entry.path(), paths, errors);
    } else if (fs::is_regular_file(status)) {
      const auto size = entry.file_size(error);
      paths->push_back({entry.path().string(), error ? 0 : size});
    }
  }
}

}  // namespace

std::vector<ScanPath> ListScanPaths(const std::vector<std::string>& words, Errors* errors) {
  std::vector<ScanPath> paths;
  for (const auto& word : words) {
    if (word == "-") {
      paths.push_back({word, 0});
      continue;
    }
    std::error_code error;
    const auto status = fs::status(word, error);
    if (!fs::exists(status)) {
      errors->push_back(
          {Code::kNotFound, fs::status_known(status) ? "is not there" : error.message(), {word}});
    } else if (fs::is_directory(status)) {
      ListFolder(word, &paths, errors);
    } else if (fs::is_socket(status) || fs::is_block_file(status)) {
      errors->push_back({Code::kInvalid, "is a socket or a device, not a file", {word}});
    } else {
      const auto size = fs::is_regular_file(status) ? fs::file_size(word, error) : 0;
      paths.push_back({word, error ? 0 : size});
    }
  }
  return paths;
}

}  // namespace leaktrip

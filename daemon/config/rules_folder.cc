#include "daemon/config/rules_folder.h"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>

// Emitted by cmake/embed.cmake.
extern "C" {
struct LeaktripEmbeddedFile {
  const char* path;
  const char* begin;
  uint64_t size;
};
extern const LeaktripEmbeddedFile leaktrip_rules_table[];
extern const uint64_t leaktrip_rules_count;
}

namespace leaktrip {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMaxFiles = 10'000;
constexpr uintmax_t kMaxFileBytes = 1 << 20;

Result<std::string> ReadRuleFile(const fs::path& path) {
  std::error_code error;
  const auto size = fs::file_size(path, error);
  if (error) return Fail(Code::kIo, "cannot be read: " + error.message(), {path.string()});
  if (size > kMaxFileBytes) return Fail(Code::kInvalid, "larger than 1 MiB", {path.string()});
  std::ifstream stream(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(stream), {}};
  if (!stream) return Fail(Code::kIo, "cannot be read: permission denied?", {path.string()});
  return text;
}

}  // namespace

const FileTexts& ShippedRules() {
  static const FileTexts files = [] {
    FileTexts texts;
    for (uint64_t i = 0; i < leaktrip_rules_count; ++i) {
      const auto& file = leaktrip_rules_table[i];
      texts.emplace(file.path, std::string(file.begin, file.size));
    }
    return texts;
  }();
  return files;
}

Result<FileTexts> ReadRulesFolder(const std::string& dir) {
  FileTexts texts;
  std::error_code error;
  fs::recursive_directory_iterator it(dir, error);
  if (error) return Fail(Code::kIo, "rules folder cannot be read: " + error.message(), {dir});
  for (const fs::recursive_directory_iterator end; it != end;) {
    const fs::path path = it->path();
    if (path.extension() == ".yaml" && it->is_regular_file(error)) {
      if (texts.size() >= kMaxFiles)
        return Fail(Code::kInvalid, "more than 10,000 rule files", {dir});
      auto text = ReadRuleFile(path);
      if (!text) return std::unexpected(text.error());
      texts.emplace(path.lexically_relative(dir).generic_string(), std::move(*text));
    }
    it.increment(error);
    if (error) return Fail(Code::kIo, "rules folder cannot be read: " + error.message(), {dir});
  }
  return texts;
}

FileTexts Below(const FileTexts& files, std::string_view prefix) {
  FileTexts below;
  for (auto it = files.lower_bound(std::string(prefix));
       it != files.end() && it->first.starts_with(prefix); ++it)
    below.insert(*it);
  return below;
}

void NameFolder(const std::string& rules_dir, const FileTexts& files, size_t from, Errors* errors) {
  for (size_t i = from; i < errors->size(); ++i) {
    std::string& file = (*errors)[i].place.file;
    if (files.contains(file)) file = (fs::path(rules_dir) / file).string();
  }
}

}  // namespace leaktrip

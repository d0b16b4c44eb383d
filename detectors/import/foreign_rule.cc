#include "detectors/import/foreign_rule.h"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <utility>

namespace leaktrip {
namespace {

constexpr std::array<std::pair<std::string_view, ForeignFormat>, 4> kNames = {
    {{"gitleaks", ForeignFormat::kGitleaks},
     {"betterleaks", ForeignFormat::kBetterleaks},
     {"noseyparker", ForeignFormat::kNoseyParker},
     {"kingfisher", ForeignFormat::kKingfisher}}};

}  // namespace

std::string_view Name(ForeignFormat format) { return kNames[static_cast<size_t>(format)].first; }

std::optional<ForeignFormat> ParseForeignFormat(std::string_view name) {
  for (const auto& [known, format] : kNames)
    if (name == known) return format;
  return std::nullopt;
}

Result<ForeignFile> ReadForeignFile(std::string_view text, const std::string& file,
                                    std::optional<ForeignFormat> format) {
  // TOML's tables have no counterpart in YAML.
  const bool toml = format ? *format <= ForeignFormat::kBetterleaks
                           : text.find("[[rules") != std::string_view::npos ||
                                 text.find("[allowlist") != std::string_view::npos ||
                                 text.find("[[allowlists") != std::string_view::npos;
  auto read = toml ? ReadLeaksToml(text, file) : ReadScannerYaml(text, file);
  if (!read) return read;
  if (format) read->format = *format;
  if (read->rules.empty() && read->allow.empty())
    return Fail(Code::kInvalid, "holds no rules that could be imported", {file, 0, 0});
  return read;
}

std::vector<std::string> GoodRegexes(const std::vector<std::string>& patterns,
                                     std::vector<std::string>* notes) {
  std::vector<std::string> good;
  for (const auto& pattern : patterns) {
    const re2::RE2 regex(pattern, re2::RE2::Quiet);
    if (regex.ok())
      good.push_back(pattern);
    else
      notes->push_back("its exception `" + pattern + "` is left out: " + regex.error());
  }
  return good;
}

std::string AnyWord(const std::vector<std::string>& words) {
  std::string pattern = "(?i)(?:";
  for (const auto& word : words)
    pattern += (&word == &words.front() ? "" : "|") + re2::RE2::QuoteMeta(word);
  return pattern + ")";
}

}  // namespace leaktrip

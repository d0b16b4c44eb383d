// ForeignRule: a rule as another scanner's file states it, before it is translated.
//
// Read from gitleaks and betterleaks TOML and from Nosey Parker and Kingfisher YAML. What has no
// counterpart here is noted in words, not dropped in silence. Plain values; pure; bytes from
// outside never crash the readers.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "detectors/leak/allow.h"
#include "detectors/leak/rule.h"

namespace leaktrip {

enum class ForeignFormat { kGitleaks, kBetterleaks, kNoseyParker, kKingfisher };
std::string_view Name(ForeignFormat format);  // "gitleaks", …
std::optional<ForeignFormat> ParseForeignFormat(std::string_view name);

struct ForeignRule {
  std::string id;
  std::string name;
  std::string description;
  std::string pattern;
  int secret_group = 0;  // 0: the group named TOKEN, else the first, else the whole match
  double min_entropy = 0;
  std::vector<std::string> keywords;
  std::optional<Severity> severity;
  std::optional<Confidence> confidence;
  std::vector<AllowEntry> allow;
  std::vector<std::string> references;
  std::vector<std::string> positive;  // examples, as they stand there
  std::vector<std::string> negative;
  std::vector<std::string> notes;  // what could not be taken over
  std::string skip;                // why it is no rule for us at all; empty: it is one
  Place place;
};

struct ForeignFile {
  ForeignFormat format = ForeignFormat::kGitleaks;
  std::vector<ForeignRule> rules;
  std::vector<AllowEntry> allow;  // for every rule
  std::vector<std::string> notes;
};

// The format by what stands in the text, unless it is given. Failure: the text is neither TOML nor
// YAML, or holds no rules.
Result<ForeignFile> ReadForeignFile(std::string_view text, const std::string& file,
                                    std::optional<ForeignFormat> format);

// For the readers: what ReadForeignFile() calls.
Result<ForeignFile> ReadLeaksToml(std::string_view text, const std::string& file);
Result<ForeignFile> ReadScannerYaml(std::string_view text, const std::string& file);
// Patterns that RE2 knows; what it does not know is noted.
std::vector<std::string> GoodRegexes(const std::vector<std::string>& patterns,
                                     std::vector<std::string>* notes);
// One pattern that finds any of the words, in any case.
std::string AnyWord(const std::vector<std::string>& words);

}  // namespace leaktrip

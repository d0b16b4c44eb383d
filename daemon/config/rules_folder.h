// The rules as text: those inside the binary, and those of a folder laid out alike.
#pragma once

#include <map>
#include <string>

#include "detectors/base/result.h"

namespace leaktrip {

using FileTexts = std::map<std::string, std::string>;  // path relative to rules/ -> text

const FileTexts& ShippedRules();
// All *.yaml below dir, at most 10,000 files of 1 MiB. Failure: dir or a file cannot be read.
Result<FileTexts> ReadRulesFolder(const std::string& dir);
// The files whose path starts with prefix ("tokens/").
FileTexts Below(const FileTexts& files, std::string_view prefix);
// Loaders know files by their path inside a rules folder; people know them by where they are. From
// error `from` on, places in `files` get rules_dir in front.
void NameFolder(const std::string& rules_dir, const FileTexts& files, size_t from, Errors* errors);

}  // namespace leaktrip

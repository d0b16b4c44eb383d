// From format files to the set that parsers use: those inside the binary and those of a folder
// merged over them, every example run when asked.
//
// Failure: nullptr with every error in *errors; errors in a file of the folder name it by its path.
#pragma once

#include <memory>
#include <string>

#include "daemon/config/config.h"
#include "daemon/config/rule_set_loader.h"
#include "detectors/access/client_address.h"
#include "detectors/access/format.h"

namespace leaktrip {

std::shared_ptr<const FormatSet> LoadFormatSet(const std::string& rules_dir, Examples examples,
                                               Errors* errors);
// "" when `name` is a format of the set, or auto; else what is wrong, with a suggestion.
std::string CheckFormatName(std::string_view name, const FormatSet& formats);
// Reports topics whose format is not in the set of shipped formats and those of rules_dir.
void CheckTopicFormats(const Config& config, Errors* errors);
// REQUIRES: config was read without errors.
std::shared_ptr<const TrustedProxies> ProxiesOf(const Config& config);

}  // namespace leaktrip

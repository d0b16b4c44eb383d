// From rule files to the set that engines use: shipped rules, those of a folder merged over them,
// compiled, and (when asked) every example run.
//
// Failure: nullptr with every error in *errors; errors in a file of the folder name it by its path.
#pragma once

#include <memory>
#include <string>

#include "daemon/config/rules_folder.h"
#include "detectors/base/result.h"
#include "detectors/base/secret.h"
#include "detectors/leak/engine.h"

namespace leaktrip {

enum class Examples { kSkip, kRun };

// rules_dir may be empty. key names guessable secrets, see detectors/base/fingerprint.h.
std::shared_ptr<const RuleSet> LoadRuleSet(const std::string& rules_dir, const Secret& key,
                                           Examples examples, Errors* errors);
// The same with one shipped rule switched off, which the folder must not speak of.
std::shared_ptr<const RuleSet> LoadRuleSetWithout(const std::string& rule,
                                                  const std::string& rules_dir, const Secret& key,
                                                  Errors* errors);
// What deserves a word but is no error: allow entries that have expired or name a rule that is not
// there, and files of rules_dir that nothing reads.
Errors RuleWarnings(const RuleSet& rules, const std::string& rules_dir, Millis now);
// The files of rules_dir, none when it is empty or cannot be read (which is reported).
FileTexts OverrideFiles(const std::string& rules_dir, Errors* errors);

}  // namespace leaktrip

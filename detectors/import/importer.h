// Rules of another scanner to a rules folder of ours, with a word about each.
//
// Every rule that is taken over passes `rules test`: examples of the file that hold are kept, the
// rest is made up. Ids get the scanner's name in front, so that none replaces a shipped rule by
// chance. Pure.
#pragma once

#include <string>
#include <vector>

#include "detectors/import/foreign_rule.h"
#include "detectors/leak/rule_loader.h"

namespace leaktrip {

struct ImportedRule {
  std::string foreign_id;
  std::string id;      // empty: it was left out
  std::string reason;  // why it was left out
  std::vector<std::string> notes;
  Place place;
};

struct Import {
  RuleFiles files;  // tokens/… and allow/…
  std::vector<ImportedRule> rules;
  std::vector<std::string> notes;  // about the whole file
};

// prefix: of the ids; empty: the scanner's name and a dash.
Import ImportRules(const ForeignFile& file, const std::string& prefix);

}  // namespace leaktrip

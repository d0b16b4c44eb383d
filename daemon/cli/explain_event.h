// The part of `explain` that says how a record was understood as an access event.
#pragma once

#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

#include "detectors/leak/finding.h"

namespace leaktrip {

// Prints the fields of the event, or why the record is none. What the findings hold is redacted in
// every field, because a path may carry the leaked secret itself.
// rules_dir: a second folder for formats; may be empty.
void ExplainEvent(std::string_view record, const std::string& rules_dir,
                  const std::vector<Finding>& findings, std::ostream& out);

}  // namespace leaktrip

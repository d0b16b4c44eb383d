// `audit list|verify`: who did what to which token, and whether the record of it holds.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>

#include "daemon/cli/stored.h"

namespace leaktrip {

struct AuditOptions : StoredOptions {
  std::string verb;       // list, verify
  int64_t after_seq = 0;  // list
  size_t limit = 1000;    // list
};

// verify: exit code 1 when a row does not hold.
int RunAudit(const AuditOptions& options, std::ostream& out, std::ostream& err);

}  // namespace leaktrip

// `revoke list|approve|deny|reset-fuse`: what the daemon wants to revoke and what became of it. A
// running daemon acts on a decision within a second. No token is ever shown.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

#include "daemon/cli/stored.h"

namespace leaktrip {

struct RevokeOptions : StoredOptions {
  std::string verb;           // list, approve, deny, reset-fuse
  std::vector<int64_t> seqs;  // approve, deny: as listed
  bool all = false;           // approve, deny: every open proposal
  std::string reason;         // approve, deny: for the audit, optional
  std::string state;          // list: only this state
  size_t limit = 1000;        // list
};

int RunRevoke(const RevokeOptions& options, std::ostream& out, std::ostream& err);

}  // namespace leaktrip

// `outbox list|show|retry|drop`: the deliveries that the daemon stored. A running daemon sees a
// change within a second.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "daemon/cli/stored.h"

namespace leaktrip {

struct OutboxOptions : StoredOptions {
  std::string verb;              // list, show, retry, drop
  std::vector<std::string> ids;  // webhook ids: show, retry, drop
  bool all_dead = false;         // retry: every dead delivery (of endpoint)
  std::string endpoint;          // list, retry --dead: only this one
  std::string state;             // list: pending, delivered or dead
  size_t limit = 1000;           // list
};

int RunOutbox(const OutboxOptions& options, std::ostream& out, std::ostream& err);

}  // namespace leaktrip

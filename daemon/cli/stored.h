// What the commands over the store (outbox, revoke, audit) share.
#pragma once

#include <iosfwd>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "daemon/store/store.h"

namespace leaktrip {

struct StoredOptions {
  std::string state_dir;
  bool jsonl = false;  // one JSON object a line instead of a table
};

// The store of a daemon, running or not; never made anew and never moved aside. On failure says so
// and returns nullptr.
std::unique_ptr<Store> OpenStored(const StoredOptions& options, std::ostream& err);
// Says what went wrong; returns the exit code for it.
int Complain(const Error& error, std::ostream& err);
void PrintJsonLine(const nlohmann::ordered_json& json, std::ostream& out);
// "operator:<user>", also behind sudo.
std::string OperatorName();

}  // namespace leaktrip

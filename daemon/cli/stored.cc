#include "daemon/cli/stored.h"

#include <pwd.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <ostream>

#include "daemon/cli/exit_code.h"
#include "daemon/store/schema.h"

namespace leaktrip {
namespace {

// The daemon keeps the limit; an operator must get through also when it is reached.
constexpr int64_t kNoLimit = 1 << 20;

}  // namespace

std::unique_ptr<Store> OpenStored(const StoredOptions& options, std::ostream& err) {
  std::error_code error;
  const auto file = std::filesystem::path(options.state_dir) / kStoreFile;
  if (!std::filesystem::exists(file, error)) {
    err << "leaktrip: no store in " << options.state_dir
        << ": name the daemon's folder with --state\n";
    return nullptr;
  }
  auto store = Store::Open({.dir = options.state_dir, .max_megabytes = kNoLimit, .recover = false});
  if (store) return std::move(*store);
  Complain(store.error(), err);
  return nullptr;
}

int Complain(const Error& error, std::ostream& err) {
  err << "leaktrip: " << error.ToString() << "\n";
  return kExitError;
}

void PrintJsonLine(const nlohmann::ordered_json& json, std::ostream& out) {
  out << json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) << "\n";
}

std::string OperatorName() {
  const char* sudo = std::getenv("SUDO_USER");
  if (sudo != nullptr && *sudo != '\0') return std::string("operator:") + sudo;
  const passwd* user = getpwuid(getuid());
  return "operator:" + (user != nullptr ? std::string(user->pw_name) : std::to_string(getuid()));
}

}  // namespace leaktrip

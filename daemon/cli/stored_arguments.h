// What the commands over the store have in common on the command line: a verb, where the store is
// (`--state DIR`, else the one of `--config FILE`, else /etc/leaktrip/leaktrip.yaml) and the
// format.
#pragma once

#include <optional>
#include <string>

#include "daemon/cli/arguments.h"
#include "daemon/cli/commands.h"
#include "daemon/cli/stored.h"

namespace leaktrip {

class StoredArguments : public Arguments {
 public:
  using Arguments::Arguments;

  void AddCommon();
  // Parses, takes the verb off the words and finds the store. nullopt: go on.
  std::optional<int> ParseStored(const Words& words, const std::vector<std::string_view>& verbs,
                                 StoredOptions* options, std::ostream& out, std::ostream& err);

  const std::string& verb() const { return verb_; }
  const Words& rest() const { return rest_; }

 private:
  std::string state_dir_;
  std::string config_file_ = "/etc/leaktrip/leaktrip.yaml";
  std::string format_ = "text";
  std::string verb_;
  Words rest_;
};

}  // namespace leaktrip

// RuleReloader: a new rule set while the daemon runs.
//
// Request() reads the configuration and the rules again, compiles them aside and runs every
// example, on a thread of its own; Take() hands the set over once it is right. Any error keeps what
// is in use and is logged with all others. A request during a reload starts another one after it.
// Formats and networks come with it. Of the configuration only `rules_dir`, `networks_file`,
// `trusted_proxies` and `log_level` change without a restart.
//
// Threads: one owner; the reload itself shares nothing with it.
#pragma once

#include <future>
#include <memory>
#include <string>

#include "daemon/config/config.h"
#include "detectors/access/client_address.h"
#include "detectors/access/format.h"
#include "detectors/access/networks.h"
#include "detectors/base/secret.h"
#include "detectors/leak/engine.h"

namespace leaktrip {

struct Reloaded {
  std::shared_ptr<const RuleSet> rules;  // nullptr: errors, keep the old set
  std::shared_ptr<const FormatSet> formats;
  std::shared_ptr<const TrustedProxies> proxies;
  std::shared_ptr<const Networks> networks;
  std::string log_level;
  Errors errors;
  Errors warnings;  // see RuleWarnings()
};

class RuleReloader {
 public:
  // key as LoadRuleSet() takes it.
  RuleReloader(std::string config_file, Secret key)
      : config_file_(std::move(config_file)), key_(std::move(key)) {}
  ~RuleReloader();
  RuleReloader(const RuleReloader&) = delete;
  RuleReloader& operator=(const RuleReloader&) = delete;

  void Request();
  // The outcome of a reload that has ended since the last call; does not wait.
  std::optional<Reloaded> Take();
  bool busy() const { return running_.valid(); }

 private:
  void Start();

  std::string config_file_;
  Secret key_;
  std::future<Reloaded> running_;
  bool again_ = false;
};

// One reload, as Request() does it.
Reloaded Reload(const std::string& config_file, const Secret& key);

}  // namespace leaktrip

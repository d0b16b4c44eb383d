#include "daemon/cli/rule_reloader.h"

#include <chrono>
#include <utility>

#include "daemon/config/format_set_loader.h"
#include "daemon/config/rule_set_loader.h"
#include "daemon/ingest/networks_file.h"
#include "daemon/ops/clock.h"

namespace leaktrip {

Reloaded Reload(const std::string& config_file, const Secret& key) {
  Reloaded reloaded;
  const auto config = LoadConfig(config_file, &reloaded.errors);
  if (!config) {
    if (reloaded.errors.empty()) reloaded.errors.push_back(config.error());
    return reloaded;
  }
  reloaded.log_level = config->log_level;
  reloaded.proxies = ProxiesOf(*config);
  reloaded.formats = LoadFormatSet(config->rules_dir, Examples::kRun, &reloaded.errors);
  if (auto networks = LoadNetworks(config->networks_file))
    reloaded.networks = *std::move(networks);
  else
    reloaded.errors.push_back(networks.error());
  auto rules = LoadRuleSet(config->rules_dir, key, Examples::kRun, &reloaded.errors);
  if (rules) reloaded.warnings = RuleWarnings(*rules, config->rules_dir, Clock::System().Wall());
  if (reloaded.errors.empty()) reloaded.rules = std::move(rules);
  return reloaded;
}

RuleReloader::~RuleReloader() {
  if (running_.valid()) running_.wait();
}

void RuleReloader::Request() {
  if (busy())
    again_ = true;
  else
    Start();
}

void RuleReloader::Start() {
  running_ = std::async(std::launch::async,
                        [file = config_file_, key = key_.Clone()] { return Reload(file, key); });
}

std::optional<Reloaded> RuleReloader::Take() {
  if (!busy() || running_.wait_for(std::chrono::seconds(0)) != std::future_status::ready)
    return std::nullopt;
  Reloaded reloaded = running_.get();
  if (std::exchange(again_, false)) Start();
  return reloaded;
}

}  // namespace leaktrip

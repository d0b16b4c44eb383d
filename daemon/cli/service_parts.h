// ServiceParts: what a Service owns, built in the order of need and destroyed in the reverse one.
// Used by service.cc and service_build.cc only.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "daemon/cli/rule_reloader.h"
#include "daemon/config/config.h"
#include "daemon/deliver/deliverer.h"
#include "daemon/deliver/revoker.h"
#include "daemon/ingest/kafka_source.h"
#include "daemon/ops/health_server.h"
#include "daemon/ops/metrics.h"
#include "daemon/pipeline/pipeline.h"
#include "daemon/store/store.h"
#include "detectors/access/switchable_networks.h"
#include "detectors/judge.h"

namespace leaktrip {

struct ServiceParts {
  Config config;
  bool exit_at_end = false;
  Metrics metrics;
  Store::Options store_options;
  std::vector<std::string> endpoints;  // names
  std::unique_ptr<Store> store;
  std::unique_ptr<Judge> judge;
  std::shared_ptr<const RuleSet> rules;
  std::shared_ptr<const FormatSet> formats;
  std::shared_ptr<SwitchableNetworks> networks;  // the judge looks at these
  std::unique_ptr<RuleReloader> reloader;
  std::unique_ptr<KafkaSource> source;
  std::unique_ptr<Pipeline> pipeline;
  std::unique_ptr<Deliverer> deliverer;
  std::unique_ptr<Revoker> revoker;

  // False with every error of the step that failed.
  bool Build(Errors* errors);

 private:
  bool BuildStore(Errors* errors);
  bool BuildRules(Errors* errors);
  bool BuildJudge(Errors* errors);
  bool BuildDelivery(Errors* errors);
  bool BuildPipeline(Errors* errors);
};

}  // namespace leaktrip

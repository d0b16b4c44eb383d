#include <filesystem>

#include "daemon/cli/service_parts.h"
#include "daemon/config/format_set_loader.h"
#include "daemon/config/installation_key.h"
#include "daemon/config/rule_set_loader.h"
#include "daemon/ingest/networks_file.h"
#include "daemon/ops/clock.h"
#include "daemon/ops/log.h"
#include "daemon/pipeline/judge_stage.h"
#include "daemon/store/seal.h"

namespace leaktrip {
namespace {

template <typename T>
bool Keep(Result<T> result, T* target, Errors* errors) {
  if (result)
    *target = std::move(*result);
  else
    errors->push_back(result.error());
  return result.has_value();
}

uint64_t Seed() { return static_cast<uint64_t>(Clock::System().Wall()); }

}  // namespace

bool ServiceParts::Build(Errors* errors) {
  return BuildRules(errors) && BuildStore(errors) && BuildJudge(errors) && BuildPipeline(errors) &&
         BuildDelivery(errors);
}

bool ServiceParts::BuildRules(Errors* errors) {
  std::error_code error;
  std::filesystem::create_directories(config.state_dir, error);  // what is wrong shows right below
  auto key = LoadOrMakeKey(config.state_dir, "fingerprint.key");
  if (!key) {
    Error failed = key.error();
    if (failed.code != Code::kInvalid) failed.code = Code::kIo;
    errors->push_back(failed);
    return false;
  }
  // `check` has run the examples before the start; a restart in an emergency should not wait.
  rules = LoadRuleSet(config.rules_dir, *key, Examples::kSkip, errors);
  formats = LoadFormatSet(config.rules_dir, Examples::kSkip, errors);
  reloader = std::make_unique<RuleReloader>(config.file, std::move(*key));
  if (!rules || !formats) return false;
  for (const auto& warning : RuleWarnings(*rules, config.rules_dir, Clock::System().Wall()))
    spdlog::warn("{}", warning.ToString());
  metrics.Set("rules_loaded", static_cast<double>(RulesOf(*rules).size()));
  metrics.Set("rules_loaded_timestamp_seconds", static_cast<double>(Clock::System().Wall()) / 1000);
  return true;
}

bool ServiceParts::BuildStore(Errors* errors) {
  const size_t before = errors->size();
  const auto loaded = LoadEndpoints(config, errors);
  if (errors->size() > before) return false;
  for (const auto& endpoint : loaded) endpoints.push_back(endpoint.name);
  store_options.dir = config.state_dir;
  store_options.max_megabytes = config.outbox_max_megabytes;
  store_options.targets = DeliveryTargets(loaded);
  if (!Keep(LoadSealKey(config), &store_options.revocation_key, errors)) return false;
  if (!Keep(Store::Open(store_options), &store, errors)) return false;
  if (!store->moved_aside().empty()) metrics.Count("store_damaged_total", 1);
  return true;
}

bool ServiceParts::BuildJudge(Errors* errors) {
  const size_t before = errors->size();
  const FileTexts override_files = OverrideFiles(config.rules_dir, errors);
  std::shared_ptr<const Networks> loaded;
  if (!Keep(LoadNetworks(config.networks_file), &loaded, errors)) return false;
  networks = std::make_shared<SwitchableNetworks>(std::move(loaded));
  auto detectors = DetectorSet::Make(Below(ShippedRules(), "access/"),
                                     Below(override_files, "access/"), networks, errors);
  if (errors->size() > before) return false;
  judge = std::make_unique<Judge>(std::move(detectors),
                                  Judge::Options{.max_open_alerts = config.max_open_alerts,
                                                 .least_confidence = config.min_confidence});
  const auto restored = RestoreJudge(store.get(), judge.get(), &metrics);
  if (!restored) errors->push_back(restored.error());
  return restored.has_value();
}

bool ServiceParts::BuildPipeline(Errors* errors) {
  KafkaSource::Options options;
  options.config = config.kafka;
  options.config_file = config.file;
  options.stop_at_end = exit_at_end;
  options.metrics = &metrics;
  if (!Keep(store->Offsets(), &options.resume, errors)) return false;
  source = KafkaSource::Open(std::move(options), errors);
  if (!source) return false;

  PipelineHooks hooks;
  hooks.propose = [this](const Alert& alert, const Finding& finding) {
    return revoker->Propose(alert, finding);
  };
  hooks.used = [this](const AccessEvent& event) {
    revoker->NoteUse(*event.token, event.Succeeded(), event.ts);
  };
  hooks.committed = [this] {
    deliverer->Wake();
    revoker->Wake();
  };
  pipeline = std::make_unique<Pipeline>(Pipeline::Options{
      .source = source.get(),
      .store = store.get(),
      .judge = judge.get(),
      .rules = rules,
      .workers = config.workers,
      .max_record_bytes = config.max_record_bytes,
      .parsing = {.formats = formats, .proxies = ProxiesOf(config)},
      .max_ahead = Millis{config.max_ahead_secs} * 1000,
      .exit_at_end = exit_at_end,
      .hooks = std::move(hooks),
      .metrics = &metrics,
  });
  return true;
}

bool ServiceParts::BuildDelivery(Errors* errors) {
  const size_t before = errors->size();
  auto endpoints_again = LoadEndpoints(config, errors);
  auto actions = LoadRevocationActions(config, errors);
  if (errors->size() > before) return false;
  Store::Options opened = store_options;
  opened.recover = false;  // the store above is open; whatever is wrong now is not to be moved away
  if (!Keep(Deliverer::Make({.store = opened,
                             .endpoints = std::move(endpoints_again),
                             .metrics = &metrics,
                             .seed = Seed()}),
            &deliverer, errors))
    return false;
  return Keep(Revoker::Make({.store = opened,
                             .config = config.revocation,
                             .actions = std::move(actions),
                             .announce =
                                 [this](Fingerprint token, RevocationFact fact) {
                                   pipeline->Announce(token, std::move(fact));
                                 },
                             .metrics = &metrics,
                             .seed = Seed() + 1}),
              &revoker, errors);
}

}  // namespace leaktrip

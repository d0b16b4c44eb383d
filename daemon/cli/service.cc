#include "daemon/cli/service.h"

#include <algorithm>
#include <atomic>
#include <cstdlib>

#include "daemon/cli/exit_code.h"
#include "daemon/cli/service_parts.h"
#include "daemon/ops/log.h"
#include "daemon/ops/progress_watch.h"
#include "daemon/ops/service_manager.h"
#include "daemon/ops/version.h"
#include "daemon/store/outbox.h"

namespace leaktrip {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kTurn{100};  // of the main thread

// SIGTERM to exit, together under ten seconds: what is in flight, then those who talk to others.
constexpr milliseconds kDrain{4000};
constexpr milliseconds kFinishRequests{1500};
constexpr milliseconds kLeaveGroup{1500};
// With exit_at_end: how long deliveries that are due may still take.
constexpr Millis kLastDeliveries = 20'000;

Millis Now() { return Clock::System().Monotonic(); }

}  // namespace

struct Service::Impl {
  ServiceParts parts;
  ServiceManager manager;
  ProgressWatch watch{Now()};
  std::atomic<size_t> rule_count = 0;
  std::atomic<bool> stop_requested = false;
  std::unique_ptr<HealthServer> pages;  // last: it asks the others

  bool StartPages(Errors* errors);
  std::vector<HealthCheck> Alive() const;
  std::vector<HealthCheck> Ready() const;
  std::string Status() const;
  int Serve(Signals* signals);
  void FinishReload();
  void FinishDeliveries(Signals* signals);
  void Shutdown();
};

Service::Service(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Service::~Service() = default;

std::unique_ptr<Service> Service::Make(Options options, Errors* errors) {
  auto impl = std::make_unique<Impl>();
  impl->parts.config = std::move(options.config);
  impl->parts.exit_at_end = options.exit_at_end;
  if (!impl->parts.Build(errors) || !impl->StartPages(errors)) return nullptr;
  impl->rule_count = RulesOf(*impl->parts.rules).size();
  return std::unique_ptr<Service>(new Service(std::move(impl)));
}

bool Service::Impl::StartPages(Errors* errors) {
  parts.metrics.Set("build_info", 1, {{"version", kVersion}});
  parts.metrics.Set("start_timestamp_seconds", static_cast<double>(Clock::System().Wall()) / 1000);
  if (parts.config.listen.empty()) return true;
  auto started = HealthServer::Start(
      parts.config.listen, parts.metrics, [this] { return Alive(); }, [this] { return Ready(); });
  if (!started) {
    errors->push_back(started.error());
    return false;
  }
  pages = std::move(*started);
  spdlog::info("pages on port {} of this machine: /metrics, /healthz, /readyz", pages->port());
  return true;
}

std::vector<HealthCheck> Service::Impl::Alive() const {
  const Millis now = Now();
  return {
      {"progress", watch.Moving(now),
       watch.Moving(now) ? "" : "none for " + std::to_string(watch.StillFor(now) / 1000) + " s"}};
}

std::vector<HealthCheck> Service::Impl::Ready() const {
  const size_t assigned = parts.source->assigned();
  return {{"rules", rule_count > 0, std::to_string(rule_count) + " loaded"},
          {"assignment", assigned > 0, std::to_string(assigned) + " partitions"},
          {"store", parts.pipeline->healthy(), ""}};
}

std::string Service::Impl::Status() const {
  return std::to_string(rule_count) + " rules, " + std::to_string(parts.endpoints.size()) +
         " webhooks";
}

void Service::RequestStop() { impl_->stop_requested = true; }

int Service::Run(Signals* signals) {
  Impl& impl = *impl_;
  impl.parts.deliverer->Start();
  impl.parts.revoker->Start();
  impl.parts.pipeline->Start();
  impl.manager.Ready(impl.Status());
  spdlog::info("leaktrip {} runs with {}", kVersion, impl.Status());
  const int code = impl.Serve(signals);
  impl.manager.Stopping();
  impl.Shutdown();
  return code;
}

int Service::Impl::Serve(Signals* signals) {
  for (;;) {
    switch (signals->Wait(kTurn)) {
      case Signals::Kind::kReload:
        manager.Reloading();
        parts.reloader->Request();
        break;
      case Signals::Kind::kStop:
        spdlog::info("stopping");
        return kExitDone;
      case Signals::Kind::kNone:
        break;
    }
    if (stop_requested) return kExitDone;
    FinishReload();
    const uint64_t progress = parts.pipeline->progress();
    watch.Update(progress, Now());
    manager.Watch(progress, Now());
    if (!parts.pipeline->WaitEnded(milliseconds(0))) continue;
    const auto outcome = parts.pipeline->outcome();
    if (!outcome) {
      spdlog::error("{}", outcome.error().ToString());
      return kExitError;
    }
    FinishDeliveries(signals);
    spdlog::info("the end was reached");
    return kExitDone;
  }
}

void Service::Impl::FinishReload() {
  const auto reloaded = parts.reloader->Take();
  if (!reloaded) return;
  parts.metrics.Count("rules_reload_total", 1,
                      {{"result", reloaded->rules ? "success" : "failure"}});
  if (reloaded->rules) {
    parts.pipeline->SetRules(reloaded->rules);
    parts.networks->Switch(reloaded->networks);
    parts.pipeline->SetParsing({.formats = reloaded->formats, .proxies = reloaded->proxies});
    rule_count = RulesOf(*reloaded->rules).size();
    for (const auto& warning : reloaded->warnings) spdlog::warn("{}", warning.ToString());
    spdlog::set_level(spdlog::level::from_str(reloaded->log_level));
    parts.metrics.Set("rules_loaded", static_cast<double>(rule_count));
    parts.metrics.Set("rules_loaded_timestamp_seconds",
                      static_cast<double>(Clock::System().Wall()) / 1000);
    spdlog::info("reloaded: {} rules; other changes of the configuration need a restart",
                 rule_count.load());
  } else {
    LogErrors(reloaded->errors);
    spdlog::error("reload failed with {} errors; the {} rules from before stay in use",
                  reloaded->errors.size(), rule_count.load());
  }
  if (!parts.reloader->busy()) manager.Ready(Status());
}

// The pipeline has ended, so its store is ours to ask.
void Service::Impl::FinishDeliveries(Signals* signals) {
  Outbox outbox(*parts.store);
  parts.deliverer->Wake();
  const auto due = [&](const std::string& endpoint) {
    const auto deliveries = outbox.Due(endpoint, Clock::System().Wall(), 1);
    return deliveries && !deliveries->empty();
  };
  const Millis end = Now() + kLastDeliveries;
  while (Now() < end && std::any_of(parts.endpoints.begin(), parts.endpoints.end(), due)) {
    if (signals->Wait(kTurn) == Signals::Kind::kStop) return;
  }
}

void Service::Impl::Shutdown() {
  const bool ended = parts.pipeline->Stop(true, kDrain);
  parts.deliverer->Stop(kFinishRequests);
  parts.revoker->Stop(kFinishRequests);
  if (!ended) {
    spdlog::error("a thread hangs; leaving without it. What was not committed is read again");
    std::_Exit(kExitError);
  }
  parts.source->Close(kLeaveGroup);
  spdlog::info("stopped");
}

}  // namespace leaktrip

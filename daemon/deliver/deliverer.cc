#include "daemon/deliver/deliverer.h"

#include <spdlog/spdlog.h>

#include <random>
#include <set>

#include "daemon/deliver/http_worker.h"
#include "daemon/deliver/retry_schedule.h"
#include "daemon/deliver/signature.h"
#include "daemon/store/outbox.h"

namespace leaktrip {
namespace {

constexpr size_t kInFlightPerEndpoint = 4;
constexpr Millis kStorePause = 5'000;
constexpr Millis kStatsEvery = 10'000;
constexpr Millis kPruneEvery = 60'000;
constexpr Millis kKeepDelivered = 7LL * 24 * 3600 * 1000;
constexpr Millis kKeepWhenTight = 3600 * 1000;
// Outcomes must be noted also when the pipeline's limit is reached.
constexpr int64_t kSpareMegabytes = 16;

struct Lane {
  Endpoint endpoint;
  Breaker breaker;
  std::set<int64_t> in_flight;
};

HttpRequest MakeRequest(const Endpoint& endpoint, const Delivery& delivery, Millis now) {
  HttpRequest request;
  request.url = endpoint.url;
  request.timeout = endpoint.timeout;
  request.body = Secret(delivery.body);
  const int64_t timestamp = now / 1000;
  request.headers = {
      "Content-Type: application/json", "webhook-id: " + delivery.id,
      "webhook-timestamp: " + std::to_string(timestamp),
      "webhook-signature: " + SignWebhook(endpoint.secrets, delivery.id, timestamp, delivery.body)};
  return request;
}

}  // namespace

std::vector<DeliveryTarget> DeliveryTargets(const std::vector<Endpoint>& endpoints) {
  std::vector<DeliveryTarget> targets;
  targets.reserve(endpoints.size());
  for (const Endpoint& endpoint : endpoints)
    targets.push_back({endpoint.name, endpoint.min_severity});
  return targets;
}

struct Deliverer::Impl {
  const Clock& clock;
  Metrics* metrics;
  std::unique_ptr<Store> store;
  Outbox outbox;
  int64_t max_bytes;
  std::mt19937_64 random;
  std::vector<Lane> lanes;
  Millis next_stats = 0;
  Millis next_prune = 0;
  HttpClient client;
  HttpWorker worker;  // last: its thread ends before what it uses

  Impl(Options options, std::unique_ptr<Store> opened, int64_t max_megabytes)
      : clock(*options.clock),
        metrics(options.metrics),
        store(std::move(opened)),
        outbox(*store),
        max_bytes(max_megabytes * 1024 * 1024),
        random(options.seed),
        client(clock),
        worker(client, [this] { return StartDue(); }) {
    for (Endpoint& endpoint : options.endpoints) lanes.push_back({std::move(endpoint), {}, {}});
  }

  bool StartDue() {
    Housekeeping();
    const auto disabled = outbox.Disabled();
    if (!disabled) {
      spdlog::error("deliveries: {}", disabled.error().ToString());
      return false;
    }
    bool started = false;
    for (Lane& lane : lanes) {
      if (const auto found = disabled->find(lane.endpoint.name); found != disabled->end())
        (void)outbox.Bury(lane.endpoint.name, "the endpoint is disabled: " + found->second);
      else
        started |= StartLane(lane);
    }
    return started;
  }

  bool StartLane(Lane& lane) {
    const size_t room = lane.breaker.Room(clock.Monotonic(), kInFlightPerEndpoint);
    const size_t busy = lane.in_flight.size();
    if (room <= busy) return false;
    // Those in flight are still pending rows.
    const auto due = outbox.Due(lane.endpoint.name, clock.Wall(), room);
    if (!due) {
      StoreTrouble(lane, due.error());
      return false;
    }
    bool started = false;
    for (const Delivery& delivery : *due) {
      if (lane.in_flight.size() >= room) break;
      if (!lane.in_flight.insert(delivery.seq).second) continue;
      started = true;
      const int attempts = delivery.attempts + 1;
      client.Start(MakeRequest(lane.endpoint, delivery, clock.Wall()),
                   [this, &lane, seq = delivery.seq, id = delivery.id,
                    attempts](const HttpReply& reply) { OnReply(lane, seq, id, attempts, reply); });
    }
    return started;
  }

  void OnReply(Lane& lane, int64_t seq, const std::string& id, int attempts,
               const HttpReply& reply) {
    lane.in_flight.erase(seq);
    if (metrics != nullptr)
      metrics->Observe("delivery_attempt_seconds", reply.seconds,
                       {{"endpoint", lane.endpoint.name}});
    Result<void> noted;
    if (reply.status / 100 == 2) {
      lane.breaker.Succeeded();
      Count(lane, "delivered");
      noted = outbox.Delivered(seq);
    } else if (reply.status == 410) {
      Count(lane, "gone");
      noted = Disable(lane, seq);
    } else {
      noted = Fail(lane, seq, id, attempts, reply);
    }
    if (metrics != nullptr)
      metrics->Set("endpoint_open", lane.breaker.IsOpen(clock.Monotonic()) || reply.status == 410,
                   {{"endpoint", lane.endpoint.name}});
    if (!noted) StoreTrouble(lane, noted.error());
  }

  Result<void> Fail(Lane& lane, int64_t seq, const std::string& id, int attempts,
                    const HttpReply& reply) {
    lane.breaker.Failed(clock.Monotonic(), reply.retry_after);
    const std::string error = Describe(reply);
    const double dice = std::uniform_real_distribution<double>()(random);
    const auto delay = RetryDelay(kDeliverySchedule, attempts, reply.retry_after, dice);
    if (!delay) {
      Count(lane, "dead");
      spdlog::error("delivery {} is given up after {} attempts: {}", id, attempts, error);
      return outbox.Dead(seq, error);
    }
    Count(lane, reply.address_refused ? "refused" : "failed");
    spdlog::warn("delivery {}: {}; attempt {} in {} s", id, error, attempts + 1, *delay / 1000);
    return outbox.Failed(seq, clock.Wall() + *delay, error);
  }

  Result<void> Disable(Lane& lane, int64_t seq) {
    const std::string reason = "HTTP 410, the receiver wants no more";
    spdlog::error("endpoint {} is disabled: {}; `outbox retry` enables it", lane.endpoint.name,
                  reason);
    if (auto done = outbox.Disable(lane.endpoint.name, reason, clock.Wall()); !done) return done;
    return outbox.Dead(seq, "HTTP 410");
  }

  // Nothing was noted, so the same rows are due again: not at once.
  void StoreTrouble(Lane& lane, const Error& error) {
    lane.breaker.Pause(clock.Monotonic() + kStorePause);
    if (metrics != nullptr)
      metrics->Count("errors_total", 1, {{"stage", "deliver"}, {"type", "store"}});
    spdlog::error("deliveries to {}: {}", lane.endpoint.name, error.ToString());
  }

  void Count(const Lane& lane, const char* result) {
    if (metrics != nullptr)
      metrics->Count("deliveries_total", 1, {{"endpoint", lane.endpoint.name}, {"result", result}});
  }

  void Housekeeping() {
    const Millis now = clock.Monotonic();
    if (now >= next_prune) {
      next_prune = now + kPruneEvery;
      const auto bytes = store->Bytes();
      const bool tight = bytes && *bytes > max_bytes / 5 * 4;
      (void)outbox.Prune(clock.Wall() - (tight ? kKeepWhenTight : kKeepDelivered));
      if (metrics != nullptr && bytes) metrics->Set("store_bytes", static_cast<double>(*bytes));
    }
    if (metrics == nullptr || now < next_stats) return;
    next_stats = now + kStatsEvery;
    const auto stats = outbox.Stats();
    if (!stats) return;
    metrics->Set("outbox_messages", static_cast<double>(stats->pending), {{"state", "pending"}});
    metrics->Set("outbox_messages", static_cast<double>(stats->delivered),
                 {{"state", "delivered"}});
    metrics->Set("outbox_messages", static_cast<double>(stats->dead), {{"state", "dead"}});
    const Millis age = stats->oldest_pending == 0 ? 0 : clock.Wall() - stats->oldest_pending;
    metrics->Set("outbox_oldest_seconds", static_cast<double>(age) / 1000);
  }
};

Deliverer::Deliverer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Deliverer::~Deliverer() = default;

Result<std::unique_ptr<Deliverer>> Deliverer::Make(Options options) {
  const int64_t max_megabytes = options.store.max_megabytes;
  options.store.recover = false;
  options.store.max_megabytes += kSpareMegabytes;
  auto store = Store::Open(options.store);
  if (!store) return std::unexpected(store.error());
  return std::unique_ptr<Deliverer>(
      new Deliverer(std::make_unique<Impl>(std::move(options), std::move(*store), max_megabytes)));
}

void Deliverer::Start() { impl_->worker.Start(); }
void Deliverer::Wake() { impl_->worker.Wake(); }
void Deliverer::Stop(std::chrono::milliseconds deadline) { impl_->worker.Stop(deadline); }
void Deliverer::RunDue() { impl_->worker.RunDue(); }

}  // namespace leaktrip

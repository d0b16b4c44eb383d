// Deliverer: brings stored alerts to their webhooks, at least once, under a stable webhook-id.
//
// Each delivery follows kDeliverySchedule; Retry-After prolongs a wait; any 2xx ends it. Redirects
// are failures. 410 disables the endpoint and sets its deliveries aside as dead; so does the end of
// the schedule for one delivery. Dead ones stay listed until an operator retries or drops them.
// Endpoints do not hold each other up: each has at most four requests in flight and a breaker.
// Delivered ones are forgotten after a week, or after an hour when the store is four fifths full.
//
// A crash between the request and the note of its outcome repeats the delivery under the same id.
//
// Threads: its own, with its own connection to the store; Wake() from any. RunDue() is for tests
// and needs no thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <vector>

#include "daemon/deliver/endpoint.h"
#include "daemon/ops/clock.h"
#include "daemon/ops/metrics.h"
#include "daemon/store/store.h"

namespace leaktrip {

// What the store needs to know of the endpoints.
std::vector<DeliveryTarget> DeliveryTargets(const std::vector<Endpoint>& endpoints);

class Deliverer {
 public:
  struct Options {
    Store::Options store;  // as the pipeline opens it; opened anew here
    std::vector<Endpoint> endpoints;
    const Clock* clock = &Clock::System();
    Metrics* metrics = nullptr;  // may be absent
    uint64_t seed = 0;           // of the jitter
  };

  static Result<std::unique_ptr<Deliverer>> Make(Options options);
  ~Deliverer();
  Deliverer(const Deliverer&) = delete;
  Deliverer& operator=(const Deliverer&) = delete;

  void Start();
  void Wake();  // after a commit that holds alerts
  void Stop(std::chrono::milliseconds deadline);
  void RunDue();

 private:
  struct Impl;
  explicit Deliverer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace leaktrip

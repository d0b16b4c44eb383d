// HealthServer: /metrics, /healthz and /readyz on a loopback address (cpp-httplib).
//
// /metrics is Prometheus text; /healthz answers 200 while the daemon makes progress and /readyz
// while it can take records, both 503 otherwise, each with one line a check. Other methods and
// paths are refused; nothing can be changed over it.
//
// Threads: a few of its own; the probes are called from them. Ownership: borrows the metrics and
// what the probes capture until it is destroyed; destruction ends its threads. Failure: Start()
// says why the address cannot be used; a broken client never reaches the daemon.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "daemon/ops/metrics.h"
#include "detectors/base/result.h"

namespace leaktrip {

struct HealthCheck {
  std::string name;  // "progress", "store", …
  bool passed = false;
  std::string detail;  // short, without a secret
};

class HealthServer {
 public:
  using Probe = std::function<std::vector<HealthCheck>()>;

  // listen is a loopback HOST:PORT; port 0 takes a free one.
  static Result<std::unique_ptr<HealthServer>> Start(const std::string& listen,
                                                     const Metrics& metrics, Probe alive,
                                                     Probe ready);
  ~HealthServer();
  HealthServer(const HealthServer&) = delete;
  HealthServer& operator=(const HealthServer&) = delete;

  int port() const;

 private:
  struct Impl;
  explicit HealthServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace leaktrip

// DemoReceiver: a webhook receiver on a free loopback port, as a team would write one: it checks
// the Standard Webhooks signature and drops what it has seen by webhook-id.
//
// Threads: its own; every function from any thread. Keeps at most 1,000 deliveries.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "detectors/base/secret.h"

namespace leaktrip {

struct DemoDelivery {
  std::string id;    // webhook-id
  std::string body;  // JSON
  bool signature_valid = false;
};

class DemoReceiver {
 public:
  explicit DemoReceiver(const Secret& secret);  // decoded bytes
  ~DemoReceiver();
  DemoReceiver(const DemoReceiver&) = delete;
  DemoReceiver& operator=(const DemoReceiver&) = delete;

  std::string url() const;  // "http://127.0.0.1:PORT/alerts"
  std::vector<DemoDelivery> deliveries() const;
  // Waits until `fits` holds for some delivery; false after the deadline.
  bool WaitFor(const std::function<bool(const DemoDelivery&)>& fits,
               std::chrono::milliseconds deadline) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace leaktrip

// DemoBroker: librdkafka's mock cluster, a Kafka broker inside this process on a free loopback
// port. For the demo only: it forgets on exit and keeps at most 5 MiB per partition.
//
// Threads: its own; the functions here from one at a time. REQUIRES: its consumers are closed
// before it is destroyed.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "detectors/base/result.h"

namespace leaktrip {

class DemoBroker {
 public:
  // Each topic has one partition, so that what happens first is read first.
  static Result<std::unique_ptr<DemoBroker>> Start(const std::vector<std::string>& topics);
  ~DemoBroker();
  DemoBroker(const DemoBroker&) = delete;
  DemoBroker& operator=(const DemoBroker&) = delete;

  std::string address() const;  // "127.0.0.1:PORT"
  // Returns when the broker has them all.
  Result<void> Produce(const std::string& topic, const std::vector<std::string>& records);
  const std::map<std::string, int64_t>& produced() const;  // records by topic

 private:
  struct Impl;
  explicit DemoBroker(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace leaktrip

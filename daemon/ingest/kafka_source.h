// KafkaSource: records of a consumer group.
//
// Guarantee: at least once. Offsets go to the broker only through Store(), after our own
// transaction; a restart begins at the local checkpoint (see kafka_positions.h). When the broker no
// longer has an offset that we need, the loss is counted and logged with its range, and reading
// goes on at the oldest record. Topics that do not exist yet, brokers that are away and refused
// credentials are counted, logged at most every 10 s, and retried for ever.
//
// All partitions feed one queue of bounded size, apart from the queue of rebalances, errors and
// statistics: not calling Poll() is back-pressure, and Idle() keeps the membership meanwhile.
// Partitions are never paused (librdkafka 2.0 loses its place when they are).
//
// Threads: Poll(), Idle(), AtEnd() and Close() from one thread, Store() from one; the getters from
// any. REQUIRES: the source outlives its batches, and Close() comes after the last of them.
#pragma once

#include <chrono>
#include <memory>
#include <vector>

#include "daemon/ingest/kafka_conf.h"
#include "daemon/ingest/source.h"
#include "daemon/ops/metrics.h"

namespace leaktrip {

class KafkaSource : public Source {
 public:
  struct Options {
    KafkaConfig config;                   // copied; records point to its topics
    std::string config_file;              // files of the configuration are looked up beside it
    std::vector<PartitionOffset> resume;  // the local checkpoint
    bool stop_at_end = false;
    // With stop_at_end: how long to wait for partitions, and then for records, before it is an
    // error.
    std::chrono::milliseconds patience{60'000};
    Metrics* metrics = nullptr;
  };

  // nullptr when there was an error. Does not wait for a broker.
  static std::unique_ptr<KafkaSource> Open(Options options, Errors* errors);
  ~KafkaSource() override;

  Result<std::unique_ptr<Batch>> Poll(std::chrono::milliseconds wait) override;
  void Idle() override;
  void Store(const std::vector<PartitionOffset>& offsets) override;
  bool AtEnd() const override;
  void Close(std::chrono::milliseconds deadline) override;

  size_t assigned() const;  // partitions that this process reads now
  int64_t lag() const;      // records over all of them, from statistics; -1: not known yet

 private:
  struct Impl;
  explicit KafkaSource(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace leaktrip

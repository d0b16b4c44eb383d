// KafkaConnection: one librdkafka consumer with its queue of events and its queue of records.
//
// The client may be destroyed only when it has left its group and no batch of its records is out;
// otherwise the destructor abandons it, which is right at the end of the process and nowhere else:
// whoever replaces a connection keeps it until idle().
//
// Threads: Leave() and the destructor from the polling thread; batches may end on any.
#pragma once

#include <librdkafka/rdkafka.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "daemon/ingest/kafka_conf.h"

namespace leaktrip {

class KafkaConnection {
 public:
  // nullptr and the client's words when it does not take the settings.
  static std::unique_ptr<KafkaConnection> Open(KafkaConf conf, std::string* why);
  ~KafkaConnection();
  KafkaConnection(const KafkaConnection&) = delete;
  KafkaConnection& operator=(const KafkaConnection&) = delete;

  rd_kafka_t* client() const { return client_; }
  rd_kafka_queue_t* events() const { return events_; }
  rd_kafka_queue_t* records() const { return records_; }

  // Counts the batches that are out; for KafkaBatch.
  const std::shared_ptr<std::atomic<int>>& batches() const { return batches_; }
  bool idle() const { return *batches_ == 0; }

  // Leaves the group, running callbacks through `serve`. False when that takes longer than until
  // `end`: with the broker away the client waits for its session timeout.
  bool Leave(std::chrono::steady_clock::time_point end, const std::function<void()>& serve);

 private:
  explicit KafkaConnection(rd_kafka_t* client);

  rd_kafka_t* client_;
  rd_kafka_queue_t* events_;
  rd_kafka_queue_t* records_;
  std::shared_ptr<std::atomic<int>> batches_ = std::make_shared<std::atomic<int>>(0);
  bool left_ = false;
};

}  // namespace leaktrip

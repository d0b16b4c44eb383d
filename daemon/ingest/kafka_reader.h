// KafkaReader: the inside of KafkaSource: one librdkafka consumer, its callbacks and its queue of
// records. Only kafka_source.cc includes it; threads and ownership are those of KafkaSource.
#pragma once

#include <librdkafka/rdkafka.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "daemon/ingest/kafka_batch.h"
#include "daemon/ingest/kafka_connection.h"
#include "daemon/ingest/kafka_positions.h"
#include "daemon/ingest/kafka_source.h"
#include "daemon/ingest/topic_matcher.h"

namespace leaktrip {

struct DestroyPartitionList {
  void operator()(rd_kafka_topic_partition_list_t* list) const {
    rd_kafka_topic_partition_list_destroy(list);
  }
};
using PartitionList = std::unique_ptr<rd_kafka_topic_partition_list_t, DestroyPartitionList>;
PartitionList NewPartitionList(size_t size);

class KafkaReader {
 public:
  using Millis = std::chrono::milliseconds;

  explicit KafkaReader(KafkaSource::Options options);
  KafkaReader(const KafkaReader&) = delete;
  KafkaReader& operator=(const KafkaReader&) = delete;

  bool Connect(Errors* errors);
  // Joins the group anew when the client failed in a way that a new one mends.
  void Recover();
  // Runs callbacks: rebalances, errors, statistics. Waits for the first of them.
  void ServeEvents(Millis wait);
  // The records at hand; nullptr when none came in time.
  std::unique_ptr<KafkaBatch> Take(Millis wait);
  void Store(const std::vector<PartitionOffset>& offsets);
  void Close(Millis deadline);

  bool AtEnd() const;
  // What ends the source: the client's fatal error, or the patience of stop_at_end.
  std::optional<Error> Failure() const;
  void Progressed() { last_progress_ = std::chrono::steady_clock::now(); }
  size_t assigned() const { return assigned_; }
  int64_t lag() const { return lag_; }

 private:
  struct Topic {
    std::string name;
    const TopicConfig* config;
  };

  bool Subscribe(Errors* errors);
  KafkaConf MakeConf(Errors* errors);
  void Use(std::unique_ptr<KafkaConnection> connection);
  std::unique_ptr<KafkaBatch> NewBatch() const;
  const Topic& TopicOf(rd_kafka_topic_t* handle);
  void Count(const char* name, const Labels& labels);

  void OnRebalance(rd_kafka_resp_err_t code, rd_kafka_topic_partition_list_t* partitions);
  void Assign(rd_kafka_topic_partition_list_t* partitions);
  void ForwardToData(const char* topic, int32_t partition);
  void Revoke(const rd_kafka_topic_partition_list_t* partitions);
  void AfterRebalance(const char* result);
  bool Cooperative() const;
  bool LostLately() const;
  void Check(rd_kafka_error_t* error);  // takes it
  void Check(rd_kafka_resp_err_t code, const char* what);
  void OnStatistics(std::string_view json);
  void OnError(rd_kafka_resp_err_t code, const std::string& text);

  void TakeMessages(rd_kafka_message_t** messages, size_t count, KafkaBatch* batch, size_t* bytes);
  void OnMessageAmongEvents(rd_kafka_message_t* message);  // takes it
  void OnEvent(rd_kafka_message_t* message);
  void OnOffsetLost(const rd_kafka_message_t& message);
  void CountGap(const std::string& topic, int32_t partition, int64_t found,
                KafkaPositions::Partition* position);
  void ForwardStarting();
  void Reassign();
  void LearnEnds();

  KafkaSource::Options options_;
  std::unique_ptr<TopicMatcher> topics_;
  KafkaPositions positions_;
  FirstOffset first_ = FirstOffset::kEarliest;
  std::mutex connection_mutex_;  // Store() comes from another thread
  std::unique_ptr<KafkaConnection> connection_;
  rd_kafka_t* kafka_ = nullptr;                            // of the connection
  std::vector<std::unique_ptr<KafkaConnection>> retired_;  // until their batches are gone
  std::unique_ptr<KafkaBatch> strays_;                     // records that came among the events
  std::unordered_map<std::string, Topic> known_;  // topics seen; their names outlive the batches
  std::chrono::steady_clock::time_point last_progress_ = std::chrono::steady_clock::now();
  std::optional<std::chrono::steady_clock::time_point> lost_;  // our place in the group
  bool closing_ = false;
  bool recover_ = false;
  bool starting_ = false;  // some partitions are
  bool reassign_ = false;  // a partition lost its offset and must begin anew
  std::optional<Error> fatal_;
  std::atomic<size_t> assigned_{0};
  std::atomic<int64_t> lag_{-1};
};

}  // namespace leaktrip

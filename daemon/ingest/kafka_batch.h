// KafkaBatch: records as librdkafka delivered them, not copied. Destroying it gives the fetch
// buffers back. Any thread, one at a time.
#pragma once

#include <librdkafka/rdkafka.h>

#include <atomic>
#include <memory>
#include <utility>
#include <vector>

#include "daemon/ingest/source.h"

namespace leaktrip {

class KafkaBatch : public Batch {
 public:
  // out counts the batches of a connection that live, see kafka_connection.h.
  explicit KafkaBatch(std::shared_ptr<std::atomic<int>> out) : out_(std::move(out)) { ++*out_; }
  ~KafkaBatch() override {
    for (rd_kafka_message_t* message : messages_) rd_kafka_message_destroy(message);
    --*out_;
  }
  KafkaBatch(const KafkaBatch&) = delete;
  KafkaBatch& operator=(const KafkaBatch&) = delete;

  const std::vector<SourceRecord>& records() const override { return records_; }

  void Reserve(size_t records) {
    messages_.reserve(records);
    records_.reserve(records);
  }
  // Takes the message; the record points into it.
  void Add(rd_kafka_message_t* message, const TopicConfig* config, std::string_view topic) {
    messages_.push_back(message);
    rd_kafka_timestamp_type_t type;
    const int64_t time = rd_kafka_message_timestamp(message, &type);
    records_.push_back({{static_cast<const char*>(message->payload), message->len},
                        config,
                        topic,
                        message->partition,
                        message->offset,
                        type == RD_KAFKA_TIMESTAMP_NOT_AVAILABLE ? 0 : time});
  }

 private:
  std::shared_ptr<std::atomic<int>> out_;
  std::vector<rd_kafka_message_t*> messages_;
  std::vector<SourceRecord> records_;
};

}  // namespace leaktrip

// The records of KafkaReader: where each partition stands, what was lost, where the end is.
#include <algorithm>
#include <utility>

#include "daemon/ingest/kafka_reader.h"
#include "daemon/ops/log.h"

namespace leaktrip {

void KafkaReader::TakeMessages(rd_kafka_message_t** messages, size_t count, KafkaBatch* batch,
                               size_t* bytes) {
  const rd_kafka_topic_t* run_topic = nullptr;  // records come in runs of one partition
  int32_t run_partition = -1;
  const Topic* topic = nullptr;
  KafkaPositions::Partition* position = nullptr;
  for (size_t i = 0; i < count; ++i) {
    rd_kafka_message_t* message = messages[i];
    if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
      OnEvent(message);
      rd_kafka_message_destroy(message);
      continue;
    }
    if (message->rkt != run_topic || message->partition != run_partition) {
      run_topic = message->rkt;
      run_partition = message->partition;
      topic = &TopicOf(message->rkt);
      position = positions_.Find(topic->name, run_partition);
    }
    if (position != nullptr) {
      position->starting = false;
      if (position->gap_from >= 0) {
        CountGap(topic->name, run_partition, message->offset, position);
      }
      position->next = message->offset + 1;
    }
    *bytes += message->len;
    batch->Add(message, topic->config, topic->name);
  }
}

void KafkaReader::OnEvent(rd_kafka_message_t* message) {
  if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
    // Past the markers of transactions, which are no records but have offsets.
    if (auto* position = positions_.Find(rd_kafka_topic_name(message->rkt), message->partition)) {
      position->starting = false;
      position->next = std::max(position->next, message->offset);
    }
    return;
  }
  if (message->rkt != nullptr && (message->err == RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET ||
                                  message->err == RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE)) {
    return OnOffsetLost(*message);
  }
  if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
    OnError(message->err, rd_kafka_message_errstr(message));
  }
}

void KafkaReader::OnOffsetLost(const rd_kafka_message_t& message) {
  const char* topic = rd_kafka_topic_name(message.rkt);
  KafkaPositions::Partition* position = positions_.Find(topic, message.partition);
  if (position == nullptr) return;
  reassign_ = true;
  if (position->next < 0) return;  // there was no offset yet: not a loss
  position->gap_from = std::exchange(position->next, -1);
  Count("source_gap_total", {{"topic", topic}});
  spdlog::error("kafka: {}/{}: the broker no longer has offset {}; reading on at its oldest record",
                topic, message.partition, position->gap_from);
}

void KafkaReader::CountGap(const std::string& topic, int32_t partition, int64_t found,
                           KafkaPositions::Partition* position) {
  const int64_t from = std::exchange(position->gap_from, -1);
  if (found >= from) {
    spdlog::error("kafka: {}/{}: {} records, from offset {} on, were gone before they were read",
                  topic, partition, found - from, from);
  } else {
    spdlog::error("kafka: {}/{}: the topic was made anew; reading from offset {} instead of {}",
                  topic, partition, found, from);
  }
}

// The end comes with the first answer to a fetch, so no query can hang (as it may in 2.0).
void KafkaReader::LearnEnds() {
  for (auto& [key, position] : positions_.partitions()) {
    if (!position.assigned || position.end >= 0) continue;
    int64_t low = -1;
    int64_t high = -1;
    if (rd_kafka_get_watermark_offsets(kafka_, key.first.c_str(), key.second, &low, &high) ==
            RD_KAFKA_RESP_ERR_NO_ERROR &&
        high >= 0) {
      position.end = high;
    }
  }
}

bool KafkaReader::AtEnd() const {
  if (!options_.stop_at_end || assigned_ == 0) return false;
  for (const auto& [key, position] : positions_.partitions()) {
    if (position.assigned && (position.end < 0 || position.next < position.end)) return false;
  }
  return true;
}

}  // namespace leaktrip

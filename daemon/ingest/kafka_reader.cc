#include "daemon/ingest/kafka_reader.h"

#include <algorithm>
#include <array>
#include <utility>

#include "daemon/ops/log.h"

namespace leaktrip {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr size_t kBatchRecords = 4096;
constexpr size_t kBatchBytes = 1 << 20;  // a batch ends with the chunk that reaches this
constexpr size_t kChunkRecords = 512;

int WaitMs(std::chrono::milliseconds wait) {
  return static_cast<int>(std::max<int64_t>(0, wait.count()));
}

// Called from librdkafka's own threads, so it touches nothing of ours but the log.
void OnLog(const rd_kafka_t*, int level, const char* facility, const char* text) {
  const auto severity = level <= 3   ? spdlog::level::err
                        : level <= 4 ? spdlog::level::warn
                                     : spdlog::level::debug;
  LogRepeated(severity, std::string("kafka-client-") + facility, std::string("kafka: ") + text);
}

}  // namespace

PartitionList NewPartitionList(size_t size) {
  return PartitionList(rd_kafka_topic_partition_list_new(static_cast<int>(size)));
}

KafkaReader::KafkaReader(KafkaSource::Options options)
    : options_(std::move(options)), positions_(options_.resume) {}

bool KafkaReader::Connect(Errors* errors) {
  const size_t before = errors->size();
  const KafkaConfig& config = options_.config;
  topics_ = std::make_unique<TopicMatcher>(config.topics, config.place, errors);
  ConsumerConf made = MakeConsumerConf(config, options_.config_file, errors);
  if (errors->size() != before) return false;
  first_ = made.first;
  rd_kafka_conf_t* conf = made.conf.get();
  rd_kafka_conf_set_opaque(conf, this);
  rd_kafka_conf_set_log_cb(conf, OnLog);
  rd_kafka_conf_set_rebalance_cb(
      conf, [](rd_kafka_t*, rd_kafka_resp_err_t code, rd_kafka_topic_partition_list_t* partitions,
               void* self) { static_cast<KafkaReader*>(self)->OnRebalance(code, partitions); });
  rd_kafka_conf_set_stats_cb(conf, [](rd_kafka_t*, char* json, size_t size, void* self) {
    static_cast<KafkaReader*>(self)->OnStatistics({json, size});
    return 0;
  });
  rd_kafka_conf_set_error_cb(conf, [](rd_kafka_t*, int code, const char* text, void* self) {
    static_cast<KafkaReader*>(self)->OnError(static_cast<rd_kafka_resp_err_t>(code), text);
  });
  char why[512];
  kafka_ = rd_kafka_new(RD_KAFKA_CONSUMER, conf, why, sizeof why);
  if (kafka_ == nullptr) {
    errors->push_back({Code::kInvalid, std::string("kafka: ") + why, config.place});
    return false;
  }
  made.conf.release();  // the client owns it
  rd_kafka_poll_set_consumer(kafka_);
  data_ = rd_kafka_queue_new(kafka_);
  events_ = rd_kafka_queue_get_consumer(kafka_);
  return Subscribe(errors);
}

bool KafkaReader::Subscribe(Errors* errors) {
  const PartitionList list = NewPartitionList(options_.config.topics.size());
  for (const TopicConfig& topic : options_.config.topics) {
    rd_kafka_topic_partition_list_add(list.get(), topic.name.c_str(), RD_KAFKA_PARTITION_UA);
  }
  const rd_kafka_resp_err_t code = rd_kafka_subscribe(kafka_, list.get());
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return true;
  errors->push_back(
      {Code::kInvalid,
       std::string("kafka: cannot subscribe to the topics: ") + rd_kafka_err2str(code),
       options_.config.place});
  return false;
}

void KafkaReader::Count(const char* name, const Labels& labels) {
  if (options_.metrics != nullptr) options_.metrics->Count(name, 1, labels);
}

const KafkaReader::Topic& KafkaReader::TopicOf(rd_kafka_topic_t* handle) {
  const std::string name = rd_kafka_topic_name(handle);
  const auto found = known_.find(name);
  if (found != known_.end()) return found->second;
  return known_.emplace(name, Topic{name, topics_->Find(name)}).first->second;
}

void KafkaReader::ServeEvents(Millis wait) {
  int wait_ms = WaitMs(wait);
  bool drain = false;
  do {
    while (rd_kafka_message_t* message = rd_kafka_consumer_poll(kafka_, wait_ms)) {
      wait_ms = 0;
      drain |= message->err == RD_KAFKA_RESP_ERR_NO_ERROR;
      OnMessageAmongEvents(message);
    }
    wait_ms = 0;
  } while (drain && rd_kafka_queue_length(events_) > 0);
}

// After an assignment librdkafka may let a partition's records go to the queue of events. They are
// records all the same; the partition is sent to our own queue again, and those that already went
// astray are taken before any that follow.
void KafkaReader::OnMessageAmongEvents(rd_kafka_message_t* message) {
  if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
    OnEvent(message);
    rd_kafka_message_destroy(message);
    return;
  }
  ForwardToData(rd_kafka_topic_name(message->rkt), message->partition);
  if (!strays_) strays_ = std::make_unique<KafkaBatch>();
  size_t bytes = 0;
  TakeMessages(&message, 1, strays_.get(), &bytes);
}

// When a partition that was read before is assigned again, the end of the earlier reading takes its
// queue away from ours, at a time that cannot be known: so it is sent to ours until something
// comes.
void KafkaReader::ForwardStarting() {
  starting_ = false;
  for (const auto& [key, position] : positions_.partitions()) {
    if (!position.assigned || !position.starting) continue;
    starting_ = true;
    ForwardToData(key.first.c_str(), key.second);
  }
}

std::unique_ptr<KafkaBatch> KafkaReader::Take(Millis wait) {
  if (starting_) ForwardStarting();
  auto batch = strays_ ? std::move(strays_) : std::make_unique<KafkaBatch>();
  // One record first: the batch call would wait for a full batch.
  std::array<rd_kafka_message_t*, kChunkRecords> messages;
  messages[0] = rd_kafka_consume_queue(data_, batch->records().empty() ? WaitMs(wait) : 0);
  size_t taken = 0;
  size_t bytes = 0;
  ssize_t count = messages[0] == nullptr ? 0 : 1;
  while (count > 0) {
    TakeMessages(messages.data(), static_cast<size_t>(count), batch.get(), &bytes);
    taken += static_cast<size_t>(count);
    if (taken + kChunkRecords > kBatchRecords || bytes >= kBatchBytes) break;
    count = rd_kafka_consume_batch_queue(data_, 0, messages.data(), messages.size());
  }
  if (reassign_) Reassign();
  if (options_.stop_at_end) LearnEnds();
  if (batch->records().empty()) return nullptr;
  Progressed();
  return batch;
}

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

std::optional<Error> KafkaReader::Failure() const {
  if (fatal_) return fatal_;
  if (!options_.stop_at_end || AtEnd() || SteadyClock::now() - last_progress_ < options_.patience) {
    return std::nullopt;
  }
  return Error{
      Code::kUnavailable,
      assigned_ == 0
          ? "kafka: got no partition to read; is the broker reachable, do the topics exist?"
          : "kafka: no record came, and the end is not reached; is the broker reachable?",
      options_.config.place};
}

void KafkaReader::Store(const std::vector<PartitionOffset>& offsets) {
  positions_.Stored(offsets);
  if (offsets.empty() || kafka_ == nullptr) return;
  // A new list each time: an element keeps the partition that it was first used with.
  const PartitionList list = NewPartitionList(offsets.size());
  for (const PartitionOffset& offset : offsets) {
    rd_kafka_topic_partition_list_add(list.get(), offset.topic.c_str(), offset.partition)->offset =
        offset.next;
  }
  rd_kafka_offsets_store(kafka_, list.get());
  for (int i = 0; i < list->cnt; ++i) {
    const rd_kafka_resp_err_t code = list->elems[i].err;
    // Somebody else reads that partition by now; our alerts are stored all the same.
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
      Count("kafka_errors_total", {{"type", rd_kafka_err2name(code)}});
    }
  }
}

void KafkaReader::Close(Millis deadline) {
  if (kafka_ == nullptr) return;
  closing_ = true;
  const auto end = SteadyClock::now() + deadline;
  rd_kafka_error_t* error = rd_kafka_consumer_close_queue(kafka_, events_);
  // An error means that there is no group to leave: the client had failed for good.
  while (error == nullptr && rd_kafka_consumer_closed(kafka_) == 0 && SteadyClock::now() < end) {
    ServeEvents(Millis(20));
  }
  const bool left = error != nullptr || rd_kafka_consumer_closed(kafka_) != 0;
  if (error != nullptr) rd_kafka_error_destroy(error);
  rd_kafka_t* kafka = std::exchange(kafka_, nullptr);
  if (!left) {
    // With the broker away the client would wait for its session timeout. It is left as it is:
    // what matters is stored, and the process ends.
    spdlog::warn("kafka: left without the group's answer: the broker is away");
    return;
  }
  strays_.reset();
  rd_kafka_queue_destroy(events_);
  rd_kafka_queue_destroy(data_);
  rd_kafka_destroy_flags(kafka, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
}

}  // namespace leaktrip

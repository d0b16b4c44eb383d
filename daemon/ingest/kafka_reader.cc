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

KafkaConf KafkaReader::MakeConf(Errors* errors) {
  ConsumerConf made = MakeConsumerConf(options_.config, options_.config_file, errors);
  if (!made.conf) return nullptr;
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
  return std::move(made.conf);
}

bool KafkaReader::Connect(Errors* errors) {
  const size_t before = errors->size();
  const KafkaConfig& config = options_.config;
  if (!topics_) topics_ = std::make_unique<TopicMatcher>(config.topics, config.place, errors);
  KafkaConf conf = MakeConf(errors);
  if (errors->size() != before) return false;
  std::string why;
  auto connection = KafkaConnection::Open(std::move(conf), &why);
  if (!connection) {
    errors->push_back({Code::kInvalid, "kafka: " + why, config.place});
    return false;
  }
  Use(std::move(connection));
  return Subscribe(errors);
}

void KafkaReader::Use(std::unique_ptr<KafkaConnection> connection) {
  const std::lock_guard lock(connection_mutex_);
  connection_ = std::move(connection);
  kafka_ = connection_ ? connection_->client() : nullptr;
}

void KafkaReader::Recover() {
  std::erase_if(retired_, [](const auto& connection) { return connection->idle(); });
  if (!std::exchange(recover_, false)) return;
  spdlog::warn("kafka: the group gave our place away during an outage; joining anew");
  connection_->Leave(SteadyClock::now(), [] {});
  retired_.push_back(std::move(connection_));
  positions_.RevokeAll();
  assigned_ = 0;
  starting_ = false;
  reassign_ = false;
  Errors errors;
  if (!Connect(&errors)) fatal_ = errors.front();
}

std::unique_ptr<KafkaBatch> KafkaReader::NewBatch() const {
  return std::make_unique<KafkaBatch>(connection_->batches());
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
  } while (drain && rd_kafka_queue_length(connection_->events()) > 0);
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
  if (!strays_) strays_ = NewBatch();
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
  auto batch = strays_ ? std::move(strays_) : NewBatch();
  // One record first: the batch call would wait for a full batch.
  std::array<rd_kafka_message_t*, kChunkRecords> messages;
  messages[0] =
      rd_kafka_consume_queue(connection_->records(), batch->records().empty() ? WaitMs(wait) : 0);
  size_t taken = 0;
  size_t bytes = 0;
  ssize_t count = messages[0] == nullptr ? 0 : 1;
  while (count > 0) {
    if (count == kChunkRecords) batch->Reserve(kBatchRecords);  // a busy topic
    TakeMessages(messages.data(), static_cast<size_t>(count), batch.get(), &bytes);
    taken += static_cast<size_t>(count);
    if (taken + kChunkRecords > kBatchRecords || bytes >= kBatchBytes) break;
    count =
        rd_kafka_consume_batch_queue(connection_->records(), 0, messages.data(), messages.size());
  }
  if (reassign_) Reassign();
  if (options_.stop_at_end) LearnEnds();
  if (batch->records().empty()) return nullptr;
  Progressed();
  return batch;
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
  const std::lock_guard lock(connection_mutex_);
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
  if (!connection_) return;
  closing_ = true;
  strays_.reset();
  const bool left =
      connection_->Leave(SteadyClock::now() + deadline, [this] { ServeEvents(Millis(20)); });
  strays_.reset();
  if (!left) spdlog::warn("kafka: left without the group's answer: the broker is away");
  Use(nullptr);
  retired_.clear();
}

}  // namespace leaktrip

#include "tests/support/kafka_client.h"

#include <librdkafka/rdkafka.h>

#include <cstdio>
#include <cstdlib>

namespace leaktrip::test {
namespace {

constexpr int kWaitMs = 30'000;

void Require(bool ok, const char* what, const char* why) {
  if (ok) return;
  std::fprintf(stderr, "%s: %s\n", what, why);
  std::abort();
}

void Require(rd_kafka_resp_err_t code, const char* what) {
  Require(code == RD_KAFKA_RESP_ERR_NO_ERROR, what, rd_kafka_err2str(code));
}

// Waits for the one result of an admin request.
class AdminCall {
 public:
  explicit AdminCall(rd_kafka_t* kafka) : queue_(rd_kafka_queue_new(kafka)) {}
  ~AdminCall() {
    if (event_ != nullptr) rd_kafka_event_destroy(event_);
    rd_kafka_queue_destroy(queue_);
  }
  AdminCall(const AdminCall&) = delete;
  AdminCall& operator=(const AdminCall&) = delete;

  rd_kafka_queue_t* queue() { return queue_; }
  rd_kafka_event_t* Wait(const char* what) {
    event_ = rd_kafka_queue_poll(queue_, kWaitMs);
    Require(event_ != nullptr, what, "no answer");
    Require(rd_kafka_event_error(event_), what);
    return event_;
  }

 private:
  rd_kafka_queue_t* queue_;
  rd_kafka_event_t* event_ = nullptr;
};

void RequireTopics(const rd_kafka_topic_result_t** results, size_t count, const char* what) {
  for (size_t i = 0; i < count; ++i) Require(rd_kafka_topic_result_error(results[i]), what);
}

rd_kafka_t* NewClient(rd_kafka_type_t type, const std::map<std::string, std::string>& settings) {
  char error[512];
  rd_kafka_conf_t* conf = rd_kafka_conf_new();
  rd_kafka_conf_set(conf, "log_level", "2", error, sizeof error);
  for (const auto& [key, value] : settings) {
    Require(rd_kafka_conf_set(conf, key.c_str(), value.c_str(), error, sizeof error) ==
                RD_KAFKA_CONF_OK,
            "conf", error);
  }
  rd_kafka_t* kafka = rd_kafka_new(type, conf, error, sizeof error);
  Require(kafka != nullptr, "client", error);
  return kafka;
}

}  // namespace

KafkaClient::KafkaClient(const std::string& brokers)
    : brokers_(brokers),
      kafka_(NewClient(RD_KAFKA_PRODUCER, {{"bootstrap.servers", brokers}, {"linger.ms", "5"}})) {}

KafkaClient::~KafkaClient() { rd_kafka_destroy(kafka_); }

void KafkaClient::CreateTopic(const std::string& topic, int partitions,
                              const std::map<std::string, std::string>& settings) {
  char error[512];
  rd_kafka_NewTopic_t* request =
      rd_kafka_NewTopic_new(topic.c_str(), partitions, 1, error, sizeof error);
  Require(request != nullptr, "CreateTopic", error);
  for (const auto& [key, value] : settings) {
    rd_kafka_NewTopic_set_config(request, key.c_str(), value.c_str());
  }
  AdminCall call(kafka_);
  rd_kafka_CreateTopics(kafka_, &request, 1, nullptr, call.queue());
  size_t count = 0;
  RequireTopics(rd_kafka_CreateTopics_result_topics(
                    rd_kafka_event_CreateTopics_result(call.Wait("CreateTopic")), &count),
                count, "CreateTopic");
  rd_kafka_NewTopic_destroy(request);
}

void KafkaClient::DeleteTopic(const std::string& topic) {
  rd_kafka_DeleteTopic_t* request = rd_kafka_DeleteTopic_new(topic.c_str());
  AdminCall call(kafka_);
  rd_kafka_DeleteTopics(kafka_, &request, 1, nullptr, call.queue());
  size_t count = 0;
  RequireTopics(rd_kafka_DeleteTopics_result_topics(
                    rd_kafka_event_DeleteTopics_result(call.Wait("DeleteTopic")), &count),
                count, "DeleteTopic");
  rd_kafka_DeleteTopic_destroy(request);
}

void KafkaClient::DeleteRecords(const std::string& topic, int32_t partition, int64_t offset) {
  rd_kafka_topic_partition_list_t* list = rd_kafka_topic_partition_list_new(1);
  rd_kafka_topic_partition_list_add(list, topic.c_str(), partition)->offset = offset;
  rd_kafka_DeleteRecords_t* request = rd_kafka_DeleteRecords_new(list);
  AdminCall call(kafka_);
  rd_kafka_DeleteRecords(kafka_, &request, 1, nullptr, call.queue());
  call.Wait("DeleteRecords");
  rd_kafka_DeleteRecords_destroy(request);
  rd_kafka_topic_partition_list_destroy(list);
}

void KafkaClient::Produce(const std::string& topic, int32_t partition,
                          const std::vector<std::optional<std::string>>& values) {
  for (const auto& value : values) {
    void* bytes = value ? const_cast<char*>(value->data()) : nullptr;
    const size_t size = value ? value->size() : 0;
    rd_kafka_resp_err_t code;
    do {
      code = rd_kafka_producev(kafka_, RD_KAFKA_V_TOPIC(topic.c_str()),
                               RD_KAFKA_V_PARTITION(partition), RD_KAFKA_V_VALUE(bytes, size),
                               RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_END);
      if (code == RD_KAFKA_RESP_ERR__QUEUE_FULL) rd_kafka_poll(kafka_, 100);
    } while (code == RD_KAFKA_RESP_ERR__QUEUE_FULL);
    Require(code, "Produce");
  }
  Require(rd_kafka_flush(kafka_, kWaitMs), "Produce");
}

int64_t KafkaClient::Committed(const std::string& group, const std::string& topic,
                               int32_t partition) {
  // A consumer that joins nothing: the admin request for this crashes librdkafka 2.0 when the
  // coordinator is still loading.
  rd_kafka_t* consumer =
      NewClient(RD_KAFKA_CONSUMER, {{"bootstrap.servers", brokers_}, {"group.id", group}});
  rd_kafka_topic_partition_list_t* list = rd_kafka_topic_partition_list_new(1);
  rd_kafka_topic_partition_list_add(list, topic.c_str(), partition);
  Require(rd_kafka_committed(consumer, list, kWaitMs), "Committed");
  const int64_t offset = list->elems[0].offset >= 0 ? list->elems[0].offset : -1;
  rd_kafka_topic_partition_list_destroy(list);
  rd_kafka_destroy(consumer);
  return offset;
}

}  // namespace leaktrip::test

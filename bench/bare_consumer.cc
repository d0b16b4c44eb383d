// bare_consumer: what Kafka and librdkafka allow at most. Reads the given topic to its end with the
// settings of leaktrip and does nothing with the records but count them; prints JSON.
//
//   bare_consumer BROKERS GROUP TOPIC [PROPERTY=VALUE...]
#include <librdkafka/rdkafka.h>
#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <map>
#include <string>
#include <string_view>

#include "daemon/ingest/kafka_conf.h"

namespace {

constexpr size_t kChunk = 512;

struct Count {
  uint64_t records = 0;
  uint64_t bytes = 0;
  std::map<int32_t, bool> ended;  // by partition
};

void Take(rd_kafka_message_t** messages, ssize_t size, Count* count) {
  for (ssize_t i = 0; i < size; ++i) {
    if (messages[i]->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
      ++count->records;
      count->bytes += messages[i]->len;
    } else if (messages[i]->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
      count->ended[messages[i]->partition] = true;
    }
    rd_kafka_message_destroy(messages[i]);
  }
}

void OnRebalance(rd_kafka_t* kafka, rd_kafka_resp_err_t code,
                 rd_kafka_topic_partition_list_t* partitions, void* count) {
  if (code != RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
    rd_kafka_assign(kafka, nullptr);
    return;
  }
  for (int i = 0; i < partitions->cnt; ++i) {
    partitions->elems[i].offset = RD_KAFKA_OFFSET_BEGINNING;
    static_cast<Count*>(count)->ended[partitions->elems[i].partition] = false;
  }
  rd_kafka_assign(kafka, partitions);
}

bool AllEnded(const Count& count) {
  for (const auto& [partition, ended] : count.ended) {
    if (!ended) return false;
  }
  return !count.ended.empty();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) {
    std::fprintf(stderr, "usage: bare_consumer BROKERS GROUP TOPIC [PROPERTY=VALUE...]\n");
    return 2;
  }
  const auto start = std::chrono::steady_clock::now();
  leaktrip::KafkaConfig config;
  config.brokers = {argv[1]};
  config.group_id = argv[2];
  for (int i = 4; i < argc; ++i) {
    const std::string_view setting = argv[i];
    const size_t equals = std::min(setting.find('='), setting.size() - 1);
    config.librdkafka[std::string(setting.substr(0, equals))] = setting.substr(equals + 1);
  }
  leaktrip::Errors errors;
  leaktrip::ConsumerConf made = leaktrip::MakeConsumerConf(config, "", &errors);
  if (!errors.empty()) {
    std::fprintf(stderr, "bare_consumer: %s\n", errors[0].ToString().c_str());
    return 2;
  }
  Count count;
  rd_kafka_conf_set_opaque(made.conf.get(), &count);
  rd_kafka_conf_set_rebalance_cb(made.conf.get(), OnRebalance);
  char why[512];
  rd_kafka_t* kafka = rd_kafka_new(RD_KAFKA_CONSUMER, made.conf.release(), why, sizeof why);
  if (kafka == nullptr) {
    std::fprintf(stderr, "bare_consumer: %s\n", why);
    return 2;
  }
  rd_kafka_topic_partition_list_t* topics = rd_kafka_topic_partition_list_new(1);
  rd_kafka_topic_partition_list_add(topics, argv[3], RD_KAFKA_PARTITION_UA);
  rd_kafka_poll_set_consumer(kafka);
  rd_kafka_subscribe(kafka, topics);
  rd_kafka_queue_t* queue = rd_kafka_queue_get_consumer(kafka);
  std::array<rd_kafka_message_t*, kChunk> messages;
  std::chrono::steady_clock::time_point first;
  while (!AllEnded(count)) {
    const ssize_t size = rd_kafka_consume_batch_queue(queue, 10, messages.data(), kChunk);
    if (count.records == 0 && size > 0) first = std::chrono::steady_clock::now();
    Take(messages.data(), size, &count);
  }
  const std::chrono::duration<double> reading = std::chrono::steady_clock::now() - first;
  const std::chrono::duration<double> total = std::chrono::steady_clock::now() - start;
  rd_kafka_queue_destroy(queue);
  rd_kafka_topic_partition_list_destroy(topics);
  rd_kafka_consumer_close(kafka);
  rd_kafka_destroy(kafka);
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  std::printf(
      "{\"records\":%llu,\"bytes\":%llu,\"reading_secs\":%.4f,\"total_secs\":%.4f,"
      "\"peak_rss_kb\":%ld}\n",
      static_cast<unsigned long long>(count.records), static_cast<unsigned long long>(count.bytes),
      reading.count(), total.count(), usage.ru_maxrss);
  return 0;
}

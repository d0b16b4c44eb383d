// produce: writes a seeded workload to a Kafka topic (made if need be) or to a file, and lists the
// SHA-256 of every planted token, one a line, which is how leaktrip names them.
#include <librdkafka/rdkafka.h>

#include <boost/program_options.hpp>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <string>

#include "bench/record_stream.h"
#include "detectors/base/fingerprint.h"

namespace {

using leaktrip::bench::RecordStream;

struct Arguments {
  std::string brokers, topic, file, planted;
  std::string compression = "lz4";
  uint64_t records = 1'000'000;
  uint64_t seed = 1;
  uint64_t token_every = 1000;
  int partitions = 4;
};

rd_kafka_t* NewProducer(const Arguments& arguments) {
  char why[512];
  rd_kafka_conf_t* conf = rd_kafka_conf_new();
  const std::pair<const char*, std::string> settings[] = {
      {"bootstrap.servers", arguments.brokers},
      {"compression.type", arguments.compression},
      {"linger.ms", "20"},
      {"batch.num.messages", "10000"},
      {"queue.buffering.max.messages", "1000000"},
      {"enable.idempotence", "true"}};
  for (const auto& [key, value] : settings) {
    if (rd_kafka_conf_set(conf, key, value.c_str(), why, sizeof why) != RD_KAFKA_CONF_OK) {
      std::cerr << "produce: " << why << "\n";
      std::exit(2);
    }
  }
  rd_kafka_t* kafka = rd_kafka_new(RD_KAFKA_PRODUCER, conf, why, sizeof why);
  if (kafka != nullptr) return kafka;
  std::cerr << "produce: " << why << "\n";
  std::exit(2);
}

// An existing topic is fine: records are added to it.
void MakeTopic(rd_kafka_t* kafka, const Arguments& arguments) {
  char why[512];
  rd_kafka_NewTopic_t* topic =
      rd_kafka_NewTopic_new(arguments.topic.c_str(), arguments.partitions, 1, why, sizeof why);
  rd_kafka_queue_t* queue = rd_kafka_queue_new(kafka);
  rd_kafka_CreateTopics(kafka, &topic, 1, nullptr, queue);
  rd_kafka_event_t* event = rd_kafka_queue_poll(queue, 30'000);
  if (event != nullptr) rd_kafka_event_destroy(event);
  rd_kafka_queue_destroy(queue);
  rd_kafka_NewTopic_destroy(topic);
}

class Planted {
 public:
  explicit Planted(const std::string& file) {
    if (!file.empty()) out_.open(file);
  }
  void Add(const std::string& token) {
    if (out_.is_open() && !token.empty()) {
      out_ << leaktrip::Fingerprint::OfToken(token).Hex() << "\n";
    }
  }

 private:
  std::ofstream out_;
};

int ProduceToKafka(const Arguments& arguments) {
  rd_kafka_t* kafka = NewProducer(arguments);
  MakeTopic(kafka, arguments);
  RecordStream stream(arguments.seed, arguments.token_every);
  Planted planted(arguments.planted);
  std::string record;
  for (uint64_t i = 0; i < arguments.records; ++i) {
    planted.Add(stream.Next(&record));
    const auto partition = static_cast<int32_t>(i % static_cast<uint64_t>(arguments.partitions));
    rd_kafka_resp_err_t code;
    do {
      code = rd_kafka_producev(kafka, RD_KAFKA_V_TOPIC(arguments.topic.c_str()),
                               RD_KAFKA_V_PARTITION(partition),
                               RD_KAFKA_V_VALUE(record.data(), record.size()),
                               RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_END);
      if (code == RD_KAFKA_RESP_ERR__QUEUE_FULL) rd_kafka_poll(kafka, 50);
    } while (code == RD_KAFKA_RESP_ERR__QUEUE_FULL);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
      std::cerr << "produce: " << rd_kafka_err2str(code) << "\n";
      return 2;
    }
    if (i % 1000 == 0) rd_kafka_poll(kafka, 0);
  }
  const rd_kafka_resp_err_t flushed = rd_kafka_flush(kafka, 120'000);
  rd_kafka_destroy(kafka);
  if (flushed == RD_KAFKA_RESP_ERR_NO_ERROR) return 0;
  std::cerr << "produce: " << rd_kafka_err2str(flushed) << "\n";
  return 2;
}

int ProduceToFile(const Arguments& arguments) {
  RecordStream stream(arguments.seed, arguments.token_every);
  Planted planted(arguments.planted);
  std::ofstream out(arguments.file, std::ios::binary);
  std::string record;
  for (uint64_t i = 0; i < arguments.records; ++i) {
    planted.Add(stream.Next(&record));
    record += '\n';
    out << record;
  }
  return out.flush() ? 0 : 2;
}

}  // namespace

int main(int argc, char** argv) {
  namespace po = boost::program_options;
  Arguments arguments;
  po::options_description options("produce: writes a seeded workload");
  options.add_options()("help", "this text")("brokers", po::value(&arguments.brokers), "HOST:PORT")(
      "topic", po::value(&arguments.topic), "to this topic")("file", po::value(&arguments.file),
                                                             "to this file instead")(
      "planted", po::value(&arguments.planted), "list the fingerprints of planted tokens here")(
      "records", po::value(&arguments.records), "how many")("seed", po::value(&arguments.seed),
                                                            "of the workload")(
      "token-every", po::value(&arguments.token_every), "one record in N holds a token; 0: none")(
      "partitions", po::value(&arguments.partitions), "of the topic")(
      "compression", po::value(&arguments.compression), "lz4, zstd, snappy, gzip, none");
  try {
    po::variables_map map;
    po::store(po::parse_command_line(argc, argv, options), map);
    po::notify(map);
    if (map.contains("help") || (arguments.file.empty() && arguments.topic.empty())) {
      std::cout << options;
      return map.contains("help") ? 0 : 2;
    }
  } catch (const po::error& error) {
    std::cerr << "produce: " << error.what() << "\n";
    return 2;
  }
  return arguments.file.empty() ? ProduceToKafka(arguments) : ProduceToFile(arguments);
}

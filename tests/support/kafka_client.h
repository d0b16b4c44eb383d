// KafkaClient: what a test does with a broker: make topics, write records, read what a group
// committed. Every call waits for the broker's answer and aborts the program when it is an error.
// One thread.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

struct rd_kafka_s;

namespace leaktrip::test {

class KafkaClient {
 public:
  explicit KafkaClient(const std::string& brokers);
  ~KafkaClient();
  KafkaClient(const KafkaClient&) = delete;
  KafkaClient& operator=(const KafkaClient&) = delete;

  void CreateTopic(const std::string& topic, int partitions,
                   const std::map<std::string, std::string>& settings = {});
  void DeleteTopic(const std::string& topic);
  // Removes the records before `offset`, as retention would.
  void DeleteRecords(const std::string& topic, int32_t partition, int64_t offset);
  // nullopt is a tombstone.
  void Produce(const std::string& topic, int32_t partition,
               const std::vector<std::optional<std::string>>& values);
  // The next offset of the group, -1 when it committed none.
  int64_t Committed(const std::string& group, const std::string& topic, int32_t partition);

 private:
  const std::string brokers_;
  rd_kafka_s* kafka_;
};

}  // namespace leaktrip::test

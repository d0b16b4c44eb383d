#include "daemon/ingest/kafka_stats.h"

#include <simdjson.h>

#include <charconv>

namespace leaktrip {
namespace {

// `consumer_lag` stays -1 until the group committed something, so what we stored comes first.
int64_t LagOf(const simdjson::dom::object& partition) {
  for (const char* key : {"consumer_lag_stored", "consumer_lag"}) {
    int64_t lag = -1;
    if (partition[key].get(lag) == simdjson::SUCCESS && lag >= 0) return lag;
  }
  return -1;
}

void AddTopic(std::string_view topic, const simdjson::dom::object& partitions,
              std::vector<PartitionLag>* lags) {
  for (const auto& [key, value] : partitions) {
    int32_t number = -1;
    std::from_chars(key.data(), key.data() + key.size(), number);
    simdjson::dom::object partition;
    if (number < 0 || value.get(partition) != simdjson::SUCCESS) continue;  // -1: not assigned
    const int64_t lag = LagOf(partition);
    if (lag >= 0) lags->push_back({std::string(topic), number, lag});
  }
}

}  // namespace

std::vector<PartitionLag> ParseLag(std::string_view statistics) {
  std::vector<PartitionLag> lags;
  simdjson::dom::parser parser;
  const simdjson::padded_string text(statistics);
  simdjson::dom::object topics;
  if (parser.parse(text)["topics"].get(topics) != simdjson::SUCCESS) return lags;
  for (const auto& [name, value] : topics) {
    simdjson::dom::object partitions;
    if (value["partitions"].get(partitions) == simdjson::SUCCESS) AddTopic(name, partitions, &lags);
  }
  return lags;
}

}  // namespace leaktrip

#include "daemon/ingest/kafka_positions.h"

#include <algorithm>

namespace leaktrip {

KafkaPositions::KafkaPositions(const std::vector<PartitionOffset>& resume) { Stored(resume); }

std::optional<int64_t> KafkaPositions::Assign(const std::string& topic, int32_t partition,
                                              int64_t committed) {
  Partition& entry = partitions_[{topic, partition}];
  entry.assigned = true;
  entry.starting = true;
  entry.gap_from = -1;
  int64_t next = std::max(entry.next, committed);
  {
    const std::lock_guard lock(mutex_);
    const auto stored = stored_.find(Key(topic, partition));
    if (stored != stored_.end()) next = std::max(next, stored->second);
  }
  entry.next = next;
  if (next < 0) return std::nullopt;
  return next;
}

void KafkaPositions::Revoke(const std::string& topic, int32_t partition) {
  if (Partition* entry = Find(topic, partition)) entry->assigned = false;
}

void KafkaPositions::RevokeAll() {
  for (auto& [key, entry] : partitions_) entry.assigned = false;
}

KafkaPositions::Partition* KafkaPositions::Find(std::string_view topic, int32_t partition) {
  const auto found = partitions_.find(std::pair<std::string_view, int32_t>(topic, partition));
  return found == partitions_.end() ? nullptr : &found->second;
}

void KafkaPositions::Stored(const std::vector<PartitionOffset>& offsets) {
  const std::lock_guard lock(mutex_);
  for (const PartitionOffset& offset : offsets) {
    stored_[{offset.topic, offset.partition}] = offset.next;
  }
}

size_t KafkaPositions::assigned() const {
  return static_cast<size_t>(std::count_if(partitions_.begin(), partitions_.end(),
                                           [](const auto& item) { return item.second.assigned; }));
}

}  // namespace leaktrip

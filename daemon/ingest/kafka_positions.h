// KafkaPositions: where each partition stands, and where to begin with it after a rebalance.
//
// Three offsets compete. What the local checkpoint holds and the detector state agree, so it wins
// over the group's offset, except when the group is ahead: then another member went on in the
// meantime. What this process already delivered wins over both, because it will be stored.
//
// Threads: Stored() from the thread that commits, everything else from the one that polls.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "daemon/ingest/source.h"

namespace leaktrip {

class KafkaPositions {
 public:
  struct Partition {
    bool assigned = false;
    bool starting = false;  // nothing has come from it since it was assigned
    int64_t next = -1;      // the offset to deliver next; -1: unknown
    int64_t end = -1;       // the end it had when the source started; -1: not known yet
    int64_t gap_from =
        -1;  // the broker refused this offset; the next record shows how much is lost
  };
  using Key = std::pair<std::string, int32_t>;
  struct KeyLess {
    using is_transparent = void;
    template <typename A, typename B>
    bool operator()(const A& a, const B& b) const {
      return std::tuple<std::string_view, int32_t>(a) < std::tuple<std::string_view, int32_t>(b);
    }
  };
  using Map = std::map<Key, Partition, KeyLess>;

  explicit KafkaPositions(const std::vector<PartitionOffset>& resume);

  // The offset to begin with, given the group's (-1: none); nullopt: nothing is known.
  std::optional<int64_t> Assign(const std::string& topic, int32_t partition, int64_t committed);
  void Revoke(const std::string& topic, int32_t partition);
  void RevokeAll();
  Partition* Find(std::string_view topic, int32_t partition);  // nullptr: never assigned
  void Stored(const std::vector<PartitionOffset>& offsets);

  Map& partitions() { return partitions_; }
  const Map& partitions() const { return partitions_; }
  size_t assigned() const;

 private:
  Map partitions_;
  std::mutex mutex_;
  std::map<Key, int64_t, KeyLess> stored_;
};

}  // namespace leaktrip

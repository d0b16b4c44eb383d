// What leaktrip wants to know of librdkafka's statistics: the lag of each partition. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace leaktrip {

struct PartitionLag {
  std::string topic;
  int32_t partition = 0;
  int64_t records = 0;  // between what we stored and the end
};

// Partitions of unknown lag, such as those that others read, are left out. Empty for anything that
// is not a statistics object.
std::vector<PartitionLag> ParseLag(std::string_view statistics);

}  // namespace leaktrip

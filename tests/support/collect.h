// Reads a source as the pipeline would: polls, keeps copies, stores offsets when told to.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "daemon/ingest/source.h"

namespace leaktrip::test {

struct Collected {
  std::vector<std::string> values;
  std::map<std::pair<std::string, int32_t>, int64_t> next;

  std::vector<PartitionOffset> Offsets() const {
    std::vector<PartitionOffset> offsets;
    for (const auto& [key, offset] : next) offsets.push_back({key.first, key.second, offset});
    return offsets;
  }
};

// One Poll(); false when it is an error.
inline bool PollOnce(Source* source, Collected* collected) {
  auto batch = source->Poll(std::chrono::milliseconds(50));
  if (!batch) {
    ADD_FAILURE() << batch.error().ToString();
    return false;
  }
  if (!*batch) return true;
  for (const SourceRecord& record : (*batch)->records()) {
    collected->values.emplace_back(record.bytes);
    collected->next[{std::string(record.topic), record.partition}] = record.offset + 1;
  }
  return true;
}

// Polls until `count` records came or half a minute went by.
inline Collected Collect(Source* source, size_t count) {
  Collected collected;
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (collected.values.size() < count && std::chrono::steady_clock::now() < end) {
    if (!PollOnce(source, &collected)) break;
  }
  return collected;
}

}  // namespace leaktrip::test

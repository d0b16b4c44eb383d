// MemorySource: a Source over records in memory, one partition a topic, for tests without a broker.
//
// Threads: as Source says; Stored() and idles() from any.
#pragma once

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "daemon/ingest/source.h"

namespace leaktrip::test {

class MemorySource : public Source {
 public:
  // The topics' configurations outlive the source.
  explicit MemorySource(size_t batch_records = 3) : batch_records_(batch_records) {}

  void Add(const TopicConfig& topic, std::string bytes, Millis ts = 1'700'000'000'000) {
    records_.push_back({std::move(bytes), &topic, next_[topic.name]++, ts});
  }
  void FailAtEnd(Error error) { failure_ = std::move(error); }

  Result<std::unique_ptr<Batch>> Poll(std::chrono::milliseconds wait) override {
    if (at_ == records_.size()) {
      if (failure_) return std::unexpected(*failure_);
      std::this_thread::sleep_for(std::min(wait, std::chrono::milliseconds(5)));
      return nullptr;
    }
    auto batch = std::make_unique<MemoryBatch>();
    for (size_t i = 0; i < batch_records_ && at_ < records_.size(); ++i, ++at_) {
      const Item& item = records_[at_];
      batch->list.push_back({item.bytes, item.topic, item.topic->name, 0, item.offset, item.ts});
    }
    return batch;
  }
  void Idle() override { ++idles_; }
  void Store(const std::vector<PartitionOffset>& offsets) override {
    const std::lock_guard lock(mutex_);
    for (const PartitionOffset& offset : offsets) stored_[offset.topic] = offset.next;
  }
  bool AtEnd() const override { return at_ == records_.size() && !failure_; }
  void Close(std::chrono::milliseconds) override {}

  int64_t Stored(const std::string& topic) {
    const std::lock_guard lock(mutex_);
    const auto found = stored_.find(topic);
    return found == stored_.end() ? -1 : found->second;
  }
  size_t taken() const { return at_; }
  int idles() const { return idles_; }

 private:
  struct Item {
    std::string bytes;
    const TopicConfig* topic;
    int64_t offset;
    Millis ts;
  };
  struct MemoryBatch : Batch {
    const std::vector<SourceRecord>& records() const override { return list; }
    std::vector<SourceRecord> list;
  };

  const size_t batch_records_;
  std::vector<Item> records_;
  std::map<std::string, int64_t> next_;
  std::atomic<size_t> at_ = 0;
  std::atomic<int> idles_ = 0;
  std::optional<Error> failure_;
  std::mutex mutex_;
  std::map<std::string, int64_t> stored_;
};

}  // namespace leaktrip::test

// Source: where records come from. A batch holds records without copying them until it is
// destroyed.
//
// Threads: Poll() and Store() from one thread each at a time; a Batch may be read and destroyed on
// any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "daemon/config/config.h"
#include "detectors/base/result.h"
#include "detectors/base/time.h"

namespace leaktrip {

struct SourceRecord {
  std::string_view bytes;
  const TopicConfig* topic_config = nullptr;
  std::string_view topic;
  int32_t partition = 0;
  int64_t offset = 0;
  Millis ts = 0;
};

struct PartitionOffset {
  std::string topic;
  int32_t partition = 0;
  int64_t next = 0;  // the offset to read next
};

// Released as a whole: one kept record would pin the fetch buffers of all.
class Batch {
 public:
  virtual ~Batch() = default;
  virtual const std::vector<SourceRecord>& records() const = 0;
};

class Source {
 public:
  virtual ~Source() = default;
  // Waits up to `wait` for records. nullptr: none yet. An error is fatal; passing troubles are
  // counted and retried inside.
  virtual Result<std::unique_ptr<Batch>> Poll(std::chrono::milliseconds wait) = 0;
  // Instead of Poll() while there is no room for records: keeps the membership of the group alive.
  virtual void Idle() {}
  // Tells the broker that everything before these offsets is done; called only after our own
  // transaction.
  virtual void Store(const std::vector<PartitionOffset>& offsets) = 0;
  // True when every partition has been read to the end it had when the source started.
  virtual bool AtEnd() const = 0;
  // Leaves the group within `deadline`, broker alive or not.
  virtual void Close(std::chrono::milliseconds deadline) = 0;
};

}  // namespace leaktrip

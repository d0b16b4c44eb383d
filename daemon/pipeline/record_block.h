// RecordBlock: records copied back to back, so that one call scans many. One call per record would
// cost a quarter more. No match crosses a record, because the engine gets their ends.
//
// One thread. The buffer grows to the longest record and is kept.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "detectors/leak/engine.h"

namespace leaktrip {

class RecordBlock {
 public:
  static constexpr size_t kBytes = 128 * 1024;

  bool Fits(size_t size) const { return bytes_.empty() || bytes_.size() + size <= kBytes; }
  bool empty() const { return ends_.empty(); }
  size_t bytes() const { return bytes_.size(); }
  // index: of the record in its batch.
  void Add(std::string_view record, uint32_t index);
  // Appends the findings, with the record's index in its batch and offsets from its start; then the
  // block is empty again.
  void Scan(Engine* engine, Millis now, std::vector<Finding>* findings);

 private:
  std::vector<char> bytes_;
  std::vector<uint32_t> ends_;
  std::vector<uint32_t> indices_;
};

}  // namespace leaktrip

#include "daemon/pipeline/record_block.h"

namespace leaktrip {

void RecordBlock::Add(std::string_view record, uint32_t index) {
  bytes_.insert(bytes_.end(), record.begin(), record.end());
  ends_.push_back(static_cast<uint32_t>(bytes_.size()));
  indices_.push_back(index);
}

void RecordBlock::Scan(Engine* engine, Millis now, std::vector<Finding>* findings) {
  const size_t before = findings->size();
  engine->Scan({{bytes_.data(), bytes_.size()}, ends_}, now, findings);
  for (size_t i = before; i < findings->size(); ++i) {
    Finding& finding = (*findings)[i];
    const size_t start = finding.record == 0 ? 0 : ends_[finding.record - 1];
    finding.start -= start;
    finding.end -= start;
    finding.record = indices_[finding.record];
  }
  bytes_.clear();
  ends_.clear();
  indices_.clear();
}

}  // namespace leaktrip

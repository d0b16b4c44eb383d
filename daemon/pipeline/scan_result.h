// What goes from the ingest thread to a worker, and from there to the judge thread.
//
// A result owns everything that its events and findings point to: the batch (records), the parsers
// (their arenas) and the rule set. It is destroyed or recycled on the judge thread, whole.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "daemon/ingest/source.h"
#include "detectors/access/access_event.h"
#include "detectors/leak/engine.h"
#include "detectors/record_place.h"

namespace leaktrip {

struct ParserSet;

struct ScanJob {
  uint64_t sequence = 0;  // batches are judged in this order
  Millis received = 0;    // monotonic
  std::unique_ptr<Batch> batch;
};

struct ParsedEvent {
  uint32_t record = 0;  // index in the batch
  AccessEvent event;
};

struct ScanResult {
  ScanJob job;
  std::shared_ptr<const RuleSet> rules;
  std::unique_ptr<ParserSet> parsers;
  std::vector<Finding> findings;    // Finding::record is the index in the batch, ascending
  std::vector<RecordPlace> places;  // parallel to findings
  std::vector<ParsedEvent> events;  // ascending by record
};

}  // namespace leaktrip

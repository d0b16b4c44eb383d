// BatchScanner: what one worker does with a batch: scan the log records, parse the access records.
//
// It owns its engine and buffers and shares nothing but metrics, which it tells once per batch. A
// new rule set is taken between batches, so one complete set judges a batch. Records longer than
// max_record_bytes are looked at up to there and counted; records that cannot be parsed are counted
// by reason, and their shape is said in the log; events stamped ahead of the clock are counted and
// get the time of their record. What an allow entry silences is counted by rule and goes no
// farther. One thread.
#pragma once

#include <array>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "daemon/ops/clock.h"
#include "daemon/ops/metrics.h"
#include "daemon/pipeline/parser_set.h"
#include "daemon/pipeline/record_block.h"
#include "daemon/pipeline/scan_result.h"

namespace leaktrip {

using EngineMaker = std::function<std::unique_ptr<Engine>(std::shared_ptr<const RuleSet>)>;

class BatchScanner {
 public:
  struct Options {
    size_t max_record_bytes = 1 << 20;
    Millis max_ahead = 300'000;  // of an event's stamp, from now
    EngineMaker make_engine = MakeEngine;
    const Clock* clock = &Clock::System();
    Metrics* metrics = nullptr;  // may be absent
    ParserPool* parsers = nullptr;
  };

  explicit BatchScanner(Options options) : options_(std::move(options)) {}
  ScanResult Process(ScanJob job, const std::shared_ptr<const RuleSet>& rules);

 private:
  struct TopicCount {
    std::string topic;
    double records = 0;
    double bytes = 0;
    double parsed = 0;
    size_t tried = 0;
    FormatChoices::Unread unread;
  };

  void UseRules(const std::shared_ptr<const RuleSet>& rules);
  void ScanRecords(const std::vector<SourceRecord>& records, ScanResult* result);
  void Parse(const std::vector<SourceRecord>& records, std::string_view bytes, uint32_t index,
             ScanResult* result);
  void UseFormats(const std::vector<SourceRecord>& records, uint32_t index, ParserSet* parsers);
  Millis WrittenAt(const SourceRecord& record) const;
  void CountParsed(ParserSet* parsers);
  void Flush(ScanResult* result);
  // The place of the record of findings[first] for all findings in it; the index of the next one.
  size_t FindPlace(size_t first, ScanResult* result);
  void DropAllowed(size_t first, ScanResult* result);
  void StartTopic(std::string_view topic);
  void TellMetrics(const ScanResult& result);

  const Options options_;
  std::shared_ptr<const RuleSet> rules_;
  std::unique_ptr<Engine> engine_;
  RecordBlock block_;
  Millis block_time_ = 0;            // the newest record in the block
  std::vector<AccessEvent> parsed_;  // of the record at hand
  // Of the batch at hand.
  Millis now_ = 0;
  const char* parsed_run_ = nullptr;  // the topic whose formats the parser uses
  std::vector<TopicCount> topics_;
  TopicCount* topic_ = nullptr;
  std::map<std::string_view, double> discarded_;
  std::map<std::string, double> allowed_;
  double truncated_ = 0;
  double clamped_ = 0;
  double scanned_bytes_ = 0;
};

}  // namespace leaktrip

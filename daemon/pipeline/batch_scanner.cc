#include "daemon/pipeline/batch_scanner.h"

#include <algorithm>
#include <utility>

#include "detectors/access/record_shape.h"
#include "detectors/leak/allow_list.h"

namespace leaktrip {

ScanResult BatchScanner::Process(ScanJob job, const std::shared_ptr<const RuleSet>& rules) {
  UseRules(rules);
  ScanResult result;
  result.job = std::move(job);
  result.rules = rules_;
  topics_.clear();
  topic_ = nullptr;
  parsed_run_ = nullptr;
  discarded_.clear();
  allowed_.clear();
  truncated_ = 0;
  clamped_ = 0;
  scanned_bytes_ = 0;
  now_ = options_.clock->Wall();
  ScanRecords(result.job.batch->records(), &result);
  if (result.parsers) CountParsed(result.parsers.get());
  TellMetrics(result);
  return result;
}

void BatchScanner::UseRules(const std::shared_ptr<const RuleSet>& rules) {
  if (engine_ && rules == rules_) return;
  engine_ = options_.make_engine(rules);
  rules_ = rules;
}

void BatchScanner::ScanRecords(const std::vector<SourceRecord>& records, ScanResult* result) {
  const char* run = nullptr;  // records come in runs of one topic
  for (uint32_t i = 0; i < records.size(); ++i) {
    const SourceRecord& record = records[i];
    if (record.topic.data() != run) {
      run = record.topic.data();
      StartTopic(record.topic);
    }
    ++topic_->records;
    topic_->bytes += static_cast<double>(record.bytes.size());
    if (record.bytes.empty()) {  // an empty value or a tombstone
      ++discarded_["empty"];
      continue;
    }
    std::string_view bytes = record.bytes;
    if (bytes.size() > options_.max_record_bytes) {
      bytes = bytes.substr(0, options_.max_record_bytes);
      ++truncated_;
    }
    const TopicConfig* config = record.topic_config;
    if (config == nullptr) {
      ++discarded_["unknown-topic"];
      continue;
    }
    if (config->access) Parse(records, bytes, i, result);
    if (config->logs) {
      if (!block_.Fits(bytes.size())) Flush(result);
      block_.Add(bytes, i);
      block_time_ = std::max(block_time_, record.ts);
    }
  }
  if (!block_.empty()) Flush(result);
}

void BatchScanner::Parse(const std::vector<SourceRecord>& records, std::string_view bytes,
                         uint32_t index, ScanResult* result) {
  const SourceRecord& record = records[index];
  if (!result->parsers) result->parsers = options_.parsers->Take();
  if (parsed_run_ != record.topic.data()) {
    parsed_run_ = record.topic.data();
    UseFormats(records, index, result->parsers.get());
  }
  parsed_.clear();
  const auto reason = result->parsers->parser.ParseAll(bytes, WrittenAt(record), &parsed_);
  for (const AccessEvent& event : parsed_) result->events.push_back({index, event});
  if (!parsed_.empty()) ++topic_->parsed;
  ++topic_->tried;
  if (reason.empty()) return;
  ++discarded_[reason];
  if (reason == "not-an-event") return;
  FormatChoices::Unread& unread = topic_->unread;
  if (unread.records++ > 0) return;
  unread.reason = reason;
  unread.shape = RecordShape(bytes);
}

Millis BatchScanner::WrittenAt(const SourceRecord& record) const {
  return record.ts > 0 && record.ts < now_ ? record.ts : now_;
}

// From the record at `index` on, which begins a run of its topic.
void BatchScanner::UseFormats(const std::vector<SourceRecord>& records, uint32_t index,
                              ParserSet* parsers) {
  const SourceRecord& first = records[index];
  const std::string& configured = first.topic_config->format;
  std::vector<std::string_view> sample;
  if (parsers->choices->WantsSample(first.topic, configured)) {
    for (size_t i = index; i < records.size() && sample.size() < FormatChoice::kSample; ++i)
      if (records[i].topic.data() == first.topic.data() && !records[i].bytes.empty())
        sample.push_back(records[i].bytes.substr(0, options_.max_record_bytes));
  }
  parsers->parser.Use(parsers->choices->For(first.topic, configured, sample, WrittenAt(first)));
  parsers->parser.SetLatest(now_ + options_.max_ahead);
}

void BatchScanner::Flush(ScanResult* result) {
  const Millis now = block_time_ > 0 ? block_time_ : options_.clock->Wall();
  scanned_bytes_ += static_cast<double>(block_.bytes());
  const size_t before = result->findings.size();
  block_.Scan(engine_.get(), now, &result->findings);
  block_time_ = 0;
  for (size_t i = before; i < result->findings.size();) i = FindPlace(i, result);
  DropAllowed(before, result);
}

size_t BatchScanner::FindPlace(size_t first, ScanResult* result) {
  const auto& findings = result->findings;
  const size_t record = findings[first].record;
  std::string bytes(
      result->job.batch->records()[record].bytes.substr(0, options_.max_record_bytes));
  size_t last = first;
  for (; last < findings.size() && findings[last].record == record; ++last)
    std::fill(bytes.begin() + static_cast<ptrdiff_t>(findings[last].start),
              bytes.begin() + static_cast<ptrdiff_t>(findings[last].end), '*');
  result->places.insert(result->places.end(), last - first, PlaceOf(bytes));
  return last;
}

void BatchScanner::DropAllowed(size_t first, ScanResult* result) {
  const AllowList& allow = AllowOf(*rules_);
  if (allow.empty()) return;
  const Millis now = options_.clock->Wall();
  size_t kept = first;
  for (size_t i = first; i < result->findings.size(); ++i) {
    Finding& finding = result->findings[i];
    const SourceRecord& record = result->job.batch->records()[finding.record];
    if (allow.Find(finding, {result->places[i].path, record.topic}, now) != nullptr) {
      if (finding.rule != nullptr) ++allowed_[finding.rule->id];
      continue;
    }
    if (kept != i) {
      result->findings[kept] = std::move(finding);
      result->places[kept] = std::move(result->places[i]);
    }
    ++kept;
  }
  result->findings.resize(kept);
  result->places.resize(kept);
}

void BatchScanner::StartTopic(std::string_view topic) {
  const auto found = std::find_if(topics_.begin(), topics_.end(),
                                  [&](const TopicCount& count) { return count.topic == topic; });
  topic_ = found != topics_.end() ? &*found : &topics_.emplace_back(TopicCount{std::string(topic)});
}

void BatchScanner::CountParsed(ParserSet* parsers) {
  clamped_ = static_cast<double>(parsers->parser.TakeClamped());
  for (const TopicCount& count : topics_)
    if (count.tried > 0) parsers->choices->Count(count.topic, count.tried, count.unread);
}

void BatchScanner::TellMetrics(const ScanResult& result) {
  Metrics* metrics = options_.metrics;
  if (metrics == nullptr) return;
  for (const TopicCount& count : topics_) {
    metrics->Count("records_received_total", count.records, {{"topic", count.topic}});
    metrics->Count("bytes_received_total", count.bytes, {{"topic", count.topic}});
    if (count.parsed > 0) {
      metrics->Count("records_parsed_total", count.parsed, {{"topic", count.topic}});
    }
  }
  for (const auto& [reason, number] : discarded_) {
    metrics->Count("records_discarded_total", number, {{"reason", std::string(reason)}});
  }
  for (const auto& [rule, number] : allowed_)
    metrics->Count("findings_allowed_total", number, {{"rule", rule}});
  if (truncated_ > 0) metrics->Count("records_truncated_total", truncated_);
  if (clamped_ > 0) metrics->Count("events_clamped_total", clamped_);
  if (scanned_bytes_ > 0) metrics->Count("scan_bytes_total", scanned_bytes_);
  for (const Finding& finding : result.findings) {
    metrics->Count("findings_total", 1, {{"confidence", std::string(Name(finding.confidence))}});
    if (finding.rule != nullptr) {
      metrics->Count("rule_findings_total", 1, {{"rule", finding.rule->id}});
    }
  }
}

}  // namespace leaktrip

#include "daemon/ops/metrics_table.h"

namespace leaktrip {
namespace {

using enum MetricKind;

constexpr MetricInfo kMetrics[] = {
    // Ingest.
    {"records_received_total", kCounter, "Records read, by topic."},
    {"bytes_received_total", kCounter, "Bytes of records read, by topic."},
    {"records_parsed_total", kCounter, "Records understood as access events, by topic."},
    {"events_clamped_total", kCounter,
     "Access events stamped ahead of the clock, judged as of their record's time."},
    {"records_discarded_total", kCounter, "Records or parts of them not judged, by reason."},
    {"records_truncated_total", kCounter,
     "Records longer than max_record_bytes, scanned up to it."},
    {"consumer_lag_records", kGauge, "Records not yet read, by topic and partition."},
    {"consumer_lag_seconds", kGauge, "Age of the newest record when it was committed."},
    {"partitions_assigned", kGauge, "Partitions this process reads now."},
    {"rebalances_total", kCounter, "Changes of the assignment, by result."},
    {"source_gap_total", kCounter, "Offsets that the broker no longer had, by topic."},
    {"kafka_errors_total", kCounter, "Errors reported by the Kafka client, by type."},
    // Pipeline.
    {"batches_total", kCounter, "Batches committed."},
    {"batch_duration_seconds", kHistogram, "From taking a batch to its commit."},
    {"commit_duration_seconds", kHistogram, "Length of the local transaction of a batch."},
    {"event_to_alert_seconds", kHistogram, "From a record's own time to its alert being stored."},
    {"scan_bytes_total", kCounter, "Bytes scanned for leaks."},
    {"findings_total", kCounter, "Confirmed matches, repeats included, by confidence."},
    {"findings_allowed_total", kCounter, "Findings that an allow entry silenced, by rule."},
    {"back_pressure_total", kCounter, "Times that reading stopped, by reason."},
    // Rules.
    {"rule_findings_total", kCounter, "Confirmed matches, by rule."},
    {"rules_loaded", kGauge, "Rules in the set in use."},
    {"rules_loaded_timestamp_seconds", kGauge, "When the set in use was loaded."},
    {"rules_reload_total", kCounter, "Reloads, by result."},
    // Alerts.
    {"alerts_total", kCounter, "Alerts raised, by rule or detector and by severity."},
    {"alerts_suppressed_total", kCounter,
     "Findings and anomalies that raised no alert, by reason."},
    {"open_alerts", kGauge, "Alerts kept in memory to merge with."},
    // Deliveries.
    {"deliveries_total", kCounter, "Attempts to deliver, by endpoint and result."},
    {"delivery_attempt_seconds", kHistogram, "Length of an attempt to deliver, by endpoint."},
    {"outbox_messages", kGauge, "Deliveries stored, by state."},
    {"outbox_oldest_seconds", kGauge, "Age of the oldest delivery still due."},
    {"endpoint_open", kGauge, "1 while an endpoint is held off after failures, by endpoint."},
    // Revocations.
    {"revocations_total", kCounter, "Steps of revocations, by action or provider and by state."},
    {"revocation_fuse_open", kGauge, "1 while the fuse turns revocations into proposals."},
    {"revocation_attempt_seconds", kHistogram, "Length of a call to revoke, by action."},
    // State.
    {"state_entries", kGauge, "Entries kept, by detector."},
    {"state_evictions", kGauge, "Entries that left a full table since the start, by detector."},
    {"last_commit_timestamp_seconds", kGauge, "When the last local transaction ended."},
    {"store_bytes", kGauge, "Size of the store on disk."},
    {"store_damaged_total", kCounter, "Damaged store files that were moved aside."},
    // The process.
    {"errors_total", kCounter, "Errors, by stage and type."},
    {"build_info", kGauge, "Always 1; the version is a label."},
    {"start_timestamp_seconds", kGauge, "When this process started."},
};

}  // namespace

std::span<const MetricInfo> MetricsTable() { return kMetrics; }

}  // namespace leaktrip

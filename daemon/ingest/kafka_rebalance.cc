// The callbacks of KafkaReader: rebalances, statistics, errors.
#include "daemon/ingest/kafka_reader.h"
#include "daemon/ingest/kafka_stats.h"
#include "daemon/ops/log.h"

namespace leaktrip {
namespace {

constexpr int kCommittedWaitMs = 5000;
constexpr std::chrono::minutes kOutage{5};  // how long ago it may have been
constexpr int kScramMended = 0x020601ff;    // librdkafka 2.6.1

// librdkafka before 2.6.1 repeats a nonce of SCRAM, which brokers up to Kafka 3.9 put up with and
// those of Kafka 4 refuse as wrong credentials.
const char* ScramHint(const KafkaConfig& config) {
  const auto passed = config.librdkafka.find("sasl.mechanism");
  const std::string& mechanism =
      passed == config.librdkafka.end() ? config.sasl_mechanism : passed->second;
  if (!mechanism.starts_with("SCRAM") || rd_kafka_version() >= kScramMended) return "";
  return "; brokers of Kafka 4 refuse SCRAM from this librdkafka whatever the password: use PLAIN "
         "over TLS or a client certificate there";
}

}  // namespace

void KafkaReader::OnError(rd_kafka_resp_err_t code, const std::string& text) {
  Count("kafka_errors_total", {{"type", rd_kafka_err2name(code)}});
  if (code == RD_KAFKA_RESP_ERR__FATAL) {
    char why[512];
    const rd_kafka_resp_err_t cause = rd_kafka_fatal_error(kafka_, why, sizeof why);
    recover_ = cause == RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID && LostLately();
    if (!recover_ && !fatal_) fatal_ = Error{Code::kUnavailable, std::string("kafka: ") + why, {}};
    return;
  }
  const char* hint = code == RD_KAFKA_RESP_ERR__AUTHENTICATION ? ScramHint(options_.config) : "";
  LogRepeated(spdlog::level::warn, std::string("kafka-") + rd_kafka_err2name(code),
              "kafka: " + text + hint + "; trying again");
}

// A static member that was away for longer than its session timeout may find its own earlier self
// in its place, which librdkafka 2.0 takes for the end. Without an outage it is another process
// with our instance id, and then it is the end.
bool KafkaReader::LostLately() const {
  return lost_ && std::chrono::steady_clock::now() - *lost_ < kOutage;
}

void KafkaReader::Check(rd_kafka_error_t* error) {
  if (error == nullptr) return;
  OnError(rd_kafka_error_code(error), rd_kafka_error_string(error));
  rd_kafka_error_destroy(error);
}

void KafkaReader::Check(rd_kafka_resp_err_t code, const char* what) {
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return;
  OnError(code, std::string(what) + ": " + rd_kafka_err2str(code));
}

void KafkaReader::OnStatistics(std::string_view json) {
  int64_t sum = 0;
  for (const PartitionLag& item : ParseLag(json)) {
    const KafkaPositions::Partition* position = positions_.Find(item.topic, item.partition);
    if (position == nullptr || !position->assigned) continue;
    sum += item.records;
    if (options_.metrics == nullptr) continue;
    options_.metrics->Set("consumer_lag_records", static_cast<double>(item.records),
                          {{"topic", item.topic}, {"partition", std::to_string(item.partition)}});
  }
  lag_ = sum;
}

bool KafkaReader::Cooperative() const {
  return std::string_view(rd_kafka_rebalance_protocol(kafka_)) == "COOPERATIVE";
}

void KafkaReader::OnRebalance(rd_kafka_resp_err_t code,
                              rd_kafka_topic_partition_list_t* partitions) {
  if (code == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS && !closing_) {
    Assign(partitions);
    if (Cooperative()) {
      Check(rd_kafka_incremental_assign(kafka_, partitions));
    } else {
      Check(rd_kafka_assign(kafka_, partitions), "cannot take the partitions");
    }
    AfterRebalance("assigned");
    return;
  }
  const bool lost = rd_kafka_assignment_lost(kafka_) != 0;
  if (lost) lost_ = std::chrono::steady_clock::now();
  if (Cooperative()) {
    Revoke(partitions);
    Check(rd_kafka_incremental_unassign(kafka_, partitions));
  } else {
    positions_.RevokeAll();
    Check(rd_kafka_assign(kafka_, nullptr), "cannot give the partitions back");
  }
  AfterRebalance(lost ? "lost" : "revoked");
}

void KafkaReader::AfterRebalance(const char* result) {
  assigned_ = positions_.assigned();
  Progressed();
  Count("rebalances_total", {{"result", result}});
  if (options_.metrics != nullptr) {
    options_.metrics->Set("partitions_assigned", static_cast<double>(assigned_.load()));
  }
  spdlog::info("kafka: partitions {}, now {}", result, assigned_.load());
}

void KafkaReader::Assign(rd_kafka_topic_partition_list_t* partitions) {
  // Asked here, not left to librdkafka, to compare it with what we know.
  const PartitionList group(rd_kafka_topic_partition_list_copy(partitions));
  const rd_kafka_resp_err_t code = rd_kafka_committed(kafka_, group.get(), kCommittedWaitMs);
  const bool answered = code == RD_KAFKA_RESP_ERR_NO_ERROR;
  Check(code, "the group's offsets are not known");
  const int64_t start =
      first_ == FirstOffset::kLatest ? RD_KAFKA_OFFSET_END : RD_KAFKA_OFFSET_BEGINNING;
  for (int i = 0; i < partitions->cnt; ++i) {
    rd_kafka_topic_partition_t& item = partitions->elems[i];
    const int64_t committed = answered ? group->elems[i].offset : -1;
    // Without an answer librdkafka asks again by itself.
    item.offset = positions_.Assign(item.topic, item.partition, committed)
                      .value_or(answered ? start : static_cast<int64_t>(RD_KAFKA_OFFSET_INVALID));
  }
  starting_ = true;
}

void KafkaReader::ForwardToData(const char* topic, int32_t partition) {
  rd_kafka_queue_t* queue = rd_kafka_queue_get_partition(kafka_, topic, partition);
  rd_kafka_queue_forward(queue, connection_->records());
  rd_kafka_queue_destroy(queue);
}

void KafkaReader::Revoke(const rd_kafka_topic_partition_list_t* partitions) {
  for (int i = 0; i < partitions->cnt; ++i) {
    positions_.Revoke(partitions->elems[i].topic, partitions->elems[i].partition);
  }
}

// A partition whose offset was refused has stopped for good and cannot be sought, only assigned
// again; with the eager protocol that means all partitions, each at its own place.
void KafkaReader::Reassign() {
  reassign_ = false;
  starting_ = true;
  const bool cooperative = Cooperative();
  const PartitionList list = NewPartitionList(positions_.partitions().size());
  for (auto& [key, position] : positions_.partitions()) {
    if (!position.assigned || (cooperative && position.gap_from < 0 && position.next >= 0)) {
      continue;
    }
    position.starting = true;
    int64_t offset = position.next;
    if (offset < 0) {
      const bool latest = first_ == FirstOffset::kLatest && position.gap_from < 0;
      offset = latest ? RD_KAFKA_OFFSET_END : RD_KAFKA_OFFSET_BEGINNING;
    }
    rd_kafka_topic_partition_list_add(list.get(), key.first.c_str(), key.second)->offset = offset;
  }
  if (cooperative) {
    Check(rd_kafka_incremental_unassign(kafka_, list.get()));
    Check(rd_kafka_incremental_assign(kafka_, list.get()));
  } else {
    Check(rd_kafka_assign(kafka_, list.get()), "cannot read on");
  }
}

}  // namespace leaktrip

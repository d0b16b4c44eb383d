#include "daemon/cli/demo_broker.h"

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

namespace leaktrip {
namespace {

constexpr int kFlushMs = 10'000;
constexpr int kLeaveMs = 1'000;

Error Trouble(const std::string& why) { return {Code::kIo, "the embedded broker: " + why, {}}; }

}  // namespace

struct DemoBroker::Impl {
  rd_kafka_t* producer = nullptr;  // the cluster lives in it
  rd_kafka_mock_cluster_t* cluster = nullptr;
  std::map<std::string, int64_t> produced;
  std::string failed;  // why a record did not arrive

  static void OnDelivered(rd_kafka_t*, const rd_kafka_message_t* message, void* self) {
    if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR)
      static_cast<Impl*>(self)->failed = rd_kafka_err2str(message->err);
  }

  Result<void> Open() {
    rd_kafka_conf_t* conf = rd_kafka_conf_new();
    char why[512] = "";
    constexpr std::pair<const char*, const char*> kSettings[] = {
        {"test.mock.num.brokers", "1"}, {"linger.ms", "2"}, {"log_level", "2"}};
    for (const auto& [key, value] : kSettings) {
      if (rd_kafka_conf_set(conf, key, value, why, sizeof why) == RD_KAFKA_CONF_OK) continue;
      rd_kafka_conf_destroy(conf);
      return std::unexpected(Trouble(why));
    }
    rd_kafka_conf_set_opaque(conf, this);
    rd_kafka_conf_set_dr_msg_cb(conf, OnDelivered);
    rd_kafka_conf_set_log_cb(conf, [](const rd_kafka_t*, int, const char*, const char*) {});
    producer = rd_kafka_new(RD_KAFKA_PRODUCER, conf, why, sizeof why);
    if (producer == nullptr) {
      rd_kafka_conf_destroy(conf);
      return std::unexpected(Trouble(why));
    }
    cluster = rd_kafka_handle_mock_cluster(producer);
    if (cluster == nullptr) return std::unexpected(Trouble("it did not start"));
    return {};
  }

  ~Impl() {
    if (producer == nullptr) return;
    rd_kafka_flush(producer, kLeaveMs);
    rd_kafka_destroy(producer);
  }
};

DemoBroker::DemoBroker(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
DemoBroker::~DemoBroker() = default;

Result<std::unique_ptr<DemoBroker>> DemoBroker::Start(const std::vector<std::string>& topics) {
  auto impl = std::make_unique<Impl>();
  if (auto opened = impl->Open(); !opened) return std::unexpected(opened.error());
  for (const std::string& topic : topics) {
    const auto code = rd_kafka_mock_topic_create(impl->cluster, topic.c_str(), 1, 1);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
      return std::unexpected(Trouble(topic + ": " + rd_kafka_err2str(code)));
    impl->produced[topic] = 0;
  }
  return std::unique_ptr<DemoBroker>(new DemoBroker(std::move(impl)));
}

std::string DemoBroker::address() const { return rd_kafka_mock_cluster_bootstraps(impl_->cluster); }

Result<void> DemoBroker::Produce(const std::string& topic,
                                 const std::vector<std::string>& records) {
  for (const std::string& record : records) {
    const auto code = rd_kafka_producev(
        impl_->producer, RD_KAFKA_V_TOPIC(topic.c_str()), RD_KAFKA_V_PARTITION(0),
        RD_KAFKA_V_VALUE(const_cast<char*>(record.data()), record.size()),
        RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY | RD_KAFKA_MSG_F_BLOCK), RD_KAFKA_V_END);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return std::unexpected(Trouble(rd_kafka_err2str(code)));
  }
  const auto flushed = rd_kafka_flush(impl_->producer, kFlushMs);
  if (flushed != RD_KAFKA_RESP_ERR_NO_ERROR)
    return std::unexpected(Trouble(rd_kafka_err2str(flushed)));
  if (!impl_->failed.empty()) return std::unexpected(Trouble(impl_->failed));
  impl_->produced[topic] += static_cast<int64_t>(records.size());
  return {};
}

const std::map<std::string, int64_t>& DemoBroker::produced() const { return impl_->produced; }

}  // namespace leaktrip

#include "daemon/ingest/kafka_connection.h"

namespace leaktrip {

std::unique_ptr<KafkaConnection> KafkaConnection::Open(KafkaConf conf, std::string* why) {
  char text[512];
  rd_kafka_t* client = rd_kafka_new(RD_KAFKA_CONSUMER, conf.get(), text, sizeof text);
  if (client == nullptr) {
    *why = text;
    return nullptr;
  }
  (void)conf.release();  // the client owns it
  return std::unique_ptr<KafkaConnection>(new KafkaConnection(client));
}

KafkaConnection::KafkaConnection(rd_kafka_t* client) : client_(client) {
  rd_kafka_poll_set_consumer(client_);
  records_ = rd_kafka_queue_new(client_);
  events_ = rd_kafka_queue_get_consumer(client_);
}

KafkaConnection::~KafkaConnection() {
  if (!left_ || !idle()) return;
  rd_kafka_queue_destroy(events_);
  rd_kafka_queue_destroy(records_);
  rd_kafka_destroy_flags(client_, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
}

bool KafkaConnection::Leave(std::chrono::steady_clock::time_point end,
                            const std::function<void()>& serve) {
  rd_kafka_error_t* error = rd_kafka_consumer_close_queue(client_, events_);
  if (error != nullptr) {  // there is no group to leave: the client had failed for good
    rd_kafka_error_destroy(error);
    left_ = true;
    return true;
  }
  while (rd_kafka_consumer_closed(client_) == 0 && std::chrono::steady_clock::now() < end) serve();
  left_ = rd_kafka_consumer_closed(client_) != 0;
  return left_;
}

}  // namespace leaktrip

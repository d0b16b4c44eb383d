#include "daemon/ingest/kafka_conf.h"

#include <openssl/crypto.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "daemon/config/secret_file.h"
#include "daemon/ingest/topic_matcher.h"

namespace leaktrip {
namespace {

using Pair = std::pair<const char*, const char*>;

// Our defaults.
constexpr Pair kDefaults[] = {
    {"client.id", "leaktrip"},
    // Cooperative assignment of librdkafka 2.0 can spin or lose its assignment; range with static
    // membership restarts without a rebalance.
    {"partition.assignment.strategy", "range"},
    {"auto.commit.interval.ms", "1000"},
    {"statistics.interval.ms", "5000"},
    // How soon a new topic of an expression is noticed.
    {"topic.metadata.refresh.interval.ms", "10000"},
    {"reconnect.backoff.max.ms", "5000"},
    {"socket.keepalive.enable", "true"},
    // Bounds memory: all partitions share one queue.
    {"queued.max.messages.kbytes", "32768"},
    {"fetch.max.bytes", "16777216"},
    // librdkafka 2.0 waits this long when its queue is full, too.
    {"fetch.error.backoff.ms", "20"},
    {"log.connection.close", "false"},
};

// What the promises stand on: offsets only after our own transaction, and no silent jump over
// records that are gone.
constexpr Pair kFixed[] = {
    {"enable.auto.commit", "true"},
    {"enable.auto.offset.store", "false"},
    {"auto.offset.reset", "error"},
    {"enable.partition.eof", "true"},
};

bool IsFixed(const std::string& key) {
  for (const auto& [fixed, value] : kFixed) {
    if (key == fixed) return true;
  }
  return false;
}

class Builder {
 public:
  Builder(const KafkaConfig& config, const std::string& config_file, Errors* errors)
      : config_(config), config_file_(config_file), errors_(errors), conf_(rd_kafka_conf_new()) {}

  ConsumerConf Build() {
    const size_t before = errors_->size();
    for (const auto& [key, value] : kDefaults) Set(key, value, config_.place);
    SetGroup();
    SetSecurity();
    for (const auto& [key, value] : config_.librdkafka) PassThrough(key, value);
    for (const auto& [key, value] : kFixed) Set(key, value, config_.place);
    if (errors_->size() != before) return {};
    return {std::move(conf_), first_};
  }

 private:
  void Set(const std::string& key, const std::string& value, const Place& place) {
    char why[512];
    if (rd_kafka_conf_set(conf_.get(), key.c_str(), value.c_str(), why, sizeof why) !=
        RD_KAFKA_CONF_OK) {
      errors_->push_back({Code::kInvalid, std::string("kafka: ") + why, place});
    }
  }

  void SetIfGiven(const char* key, const std::string& value) {
    if (!value.empty()) Set(key, value, config_.place);
  }

  // The client's own error for a file that is not there does not name it.
  void SetFile(const char* key, const std::string& file) {
    if (file.empty()) return;
    const std::string path = ResolveSecretFile(file, config_file_);
    if (access(path.c_str(), R_OK) == 0) return Set(key, path, config_.place);
    errors_->push_back(
        {Code::kIo,
         std::string("kafka: ") + key + ": " + path + ": " + std::generic_category().message(errno),
         config_.place});
  }

  void SetSecret(const char* key, const std::string& file) {
    if (file.empty()) return;
    const Result<Secret> secret = ReadSecretFile(file, config_file_);
    if (!secret) {
      Error error = secret.error();
      if (error.place.file.empty()) error.place = config_.place;
      errors_->push_back(std::move(error));
      return;
    }
    char why[512];
    std::string text(secret->Reveal());
    const rd_kafka_conf_res_t result =
        rd_kafka_conf_set(conf_.get(), key, text.c_str(), why, sizeof why);
    OPENSSL_cleanse(text.data(), text.size());
    // librdkafka's own words are left out: they could quote the value.
    if (result != RD_KAFKA_CONF_OK) {
      errors_->push_back({Code::kInvalid,
                          std::string("kafka: the client does not take the ") + key + " of " + file,
                          config_.place});
    }
  }

  void SetGroup() {
    std::string brokers;
    for (const std::string& broker : config_.brokers) {
      if (!brokers.empty()) brokers += ',';
      brokers += broker;
    }
    SetIfGiven("bootstrap.servers", brokers);
    SetIfGiven("group.id", config_.group_id);
    SetIfGiven("group.instance.id", config_.instance_id);
  }

  void SetSecurity() {
    SetIfGiven("security.protocol", config_.security_protocol);
    SetFile("ssl.ca.location", config_.ca_file);
    SetFile("ssl.certificate.location", config_.certificate_file);
    SetFile("ssl.key.location", config_.key_file);
    SetSecret("ssl.key.password", config_.key_password_file);
    SetIfGiven("sasl.mechanism", config_.sasl_mechanism);
    SetIfGiven("sasl.username", config_.sasl_username);
    SetSecret("sasl.password", config_.sasl_password_file);
  }

  void PassThrough(const std::string& key, const std::string& value) {
    const auto found = config_.librdkafka_places.find(key);
    const Place& place = found == config_.librdkafka_places.end() ? config_.place : found->second;
    if (key == "auto.offset.reset") return SetFirst(value, place);
    if (IsFixed(key)) {
      errors_->push_back({Code::kInvalid,
                          "kafka: " + key +
                              " cannot be changed: leaktrip stores offsets itself, "
                              "after its own transaction; remove the key",
                          place});
      return;
    }
    Set(key, value, place);
  }

  void SetFirst(const std::string& value, const Place& place) {
    if (value == "latest" || value == "largest" || value == "end") {
      first_ = FirstOffset::kLatest;
    } else if (value != "earliest" && value != "smallest" && value != "beginning") {
      errors_->push_back({Code::kInvalid,
                          "kafka: auto.offset.reset is '" + value + "'; use earliest or latest",
                          place});
    }
  }

  const KafkaConfig& config_;
  const std::string& config_file_;
  Errors* errors_;
  KafkaConf conf_;
  FirstOffset first_ = FirstOffset::kEarliest;
};

}  // namespace

ConsumerConf MakeConsumerConf(const KafkaConfig& config, const std::string& config_file,
                              Errors* errors) {
  return Builder(config, config_file, errors).Build();
}

void CheckKafka(const KafkaConfig& config, const std::string& config_file, Errors* errors) {
  const TopicMatcher matcher(config.topics, config.place, errors);
  KafkaConfig offline = config;
  offline.brokers.clear();  // nothing to connect to
  offline.librdkafka.erase("bootstrap.servers");
  offline.librdkafka.erase("metadata.broker.list");
  ConsumerConf made = MakeConsumerConf(offline, config_file, errors);
  if (!made.conf) return;
  rd_kafka_conf_set_log_cb(made.conf.get(),
                           [](const rd_kafka_t*, int, const char*, const char*) {});
  char why[512];
  rd_kafka_t* kafka = rd_kafka_new(RD_KAFKA_CONSUMER, made.conf.get(), why, sizeof why);
  if (kafka == nullptr) {
    errors->push_back({Code::kInvalid, std::string("kafka: ") + why, config.place});
    return;
  }
  (void)made.conf.release();  // the client owns it
  rd_kafka_destroy(kafka);
}

}  // namespace leaktrip

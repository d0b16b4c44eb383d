// KafkaConf: the settings of the Kafka client, from the configuration.
//
// Order of precedence: what leaktrip's promises need (it cannot be changed), the passthrough map
// `kafka.librdkafka`, the named keys, our defaults. A refused property is an error with
// librdkafka's own words and the place of its key. Used by the source and by `leaktrip check`. Any
// thread.
#pragma once

#include <librdkafka/rdkafka.h>

#include <memory>
#include <string>

#include "daemon/config/config.h"
#include "detectors/base/result.h"

namespace leaktrip {

struct DestroyKafkaConf {
  void operator()(rd_kafka_conf_t* conf) const { rd_kafka_conf_destroy(conf); }
};
using KafkaConf = std::unique_ptr<rd_kafka_conf_t, DestroyKafkaConf>;

// Where to begin with a partition that has neither a local nor a group offset.
enum class FirstOffset { kEarliest, kLatest };

struct ConsumerConf {
  KafkaConf conf;
  FirstOffset first = FirstOffset::kEarliest;  // `auto.offset.reset` of the passthrough map
};

// nullptr in conf when there was an error. Files are looked up as secret_file.h says.
ConsumerConf MakeConsumerConf(const KafkaConfig& config, const std::string& config_file,
                              Errors* errors);

// All that can be known without a broker: also makes a client, which reads certificates and checks
// how properties go together.
void CheckKafka(const KafkaConfig& config, const std::string& config_file, Errors* errors);

}  // namespace leaktrip

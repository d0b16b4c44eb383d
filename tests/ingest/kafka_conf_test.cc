#include "daemon/ingest/kafka_conf.h"

#include <gtest/gtest.h>

#include <fstream>

#include "tests/support/temp_dir.h"

namespace leaktrip {
namespace {

const std::string kConfigFile = "/nowhere/leaktrip.yaml";

KafkaConfig Base() {
  KafkaConfig config;
  config.brokers = {"127.0.0.1:1"};
  config.topics = {{.name = "logs", .logs = true}};
  config.place = {"leaktrip.yaml", 3, 1};
  return config;
}

std::string Setting(const ConsumerConf& made, const char* key) {
  char value[512];
  size_t size = sizeof value;
  if (rd_kafka_conf_get(made.conf.get(), key, value, &size) != RD_KAFKA_CONF_OK) return "?";
  return value;
}

TEST(KafkaConf, StoresNoOffsetByItselfAndReportsLostOnes) {
  Errors errors;
  const ConsumerConf made = MakeConsumerConf(Base(), kConfigFile, &errors);
  ASSERT_TRUE(errors.empty());
  EXPECT_EQ(Setting(made, "enable.auto.offset.store"), "false");
  EXPECT_EQ(Setting(made, "auto.offset.reset"), "error");
  EXPECT_EQ(Setting(made, "partition.assignment.strategy"), "range");
  EXPECT_EQ(Setting(made, "group.id"), "leaktrip");
}

TEST(KafkaConf, UnknownPropertyIsAnErrorAtItsLineInTheClientsWords) {
  KafkaConfig config = Base();
  config.librdkafka = {{"sesion.timeout.ms", "6000"}};
  config.librdkafka_places = {{"sesion.timeout.ms", {"leaktrip.yaml", 9, 5}}};
  Errors errors;
  EXPECT_FALSE(MakeConsumerConf(config, kConfigFile, &errors).conf);
  ASSERT_EQ(errors.size(), 1U);
  EXPECT_EQ(errors[0].ToString(),
            "leaktrip.yaml:9:5: kafka: No such configuration property: \"sesion.timeout.ms\"");
}

TEST(KafkaConf, PassThroughWinsOverNamedKeysButNotOverThePromises) {
  KafkaConfig config = Base();
  config.librdkafka = {{"group.id", "other"}, {"auto.offset.reset", "latest"}};
  Errors errors;
  const ConsumerConf made = MakeConsumerConf(config, kConfigFile, &errors);
  EXPECT_EQ(Setting(made, "group.id"), "other");
  EXPECT_EQ(made.first, FirstOffset::kLatest);
  config.librdkafka = {{"enable.auto.offset.store", "true"}, {"auto.offset.reset", "none"}};
  EXPECT_FALSE(MakeConsumerConf(config, kConfigFile, &errors).conf);
  EXPECT_EQ(errors.size(), 2U);
}

TEST(KafkaConf, PasswordComesFromAFileAndItsAbsenceIsAnError) {
  KafkaConfig config = Base();
  config.security_protocol = "sasl_ssl";
  config.sasl_mechanism = "SCRAM-SHA-512";
  config.sasl_username = "reader";
  config.sasl_password_file = "kafka-password";
  Errors errors;
  EXPECT_FALSE(MakeConsumerConf(config, kConfigFile, &errors).conf);
  ASSERT_EQ(errors.size(), 1U);
  EXPECT_NE(errors[0].ToString().find("/nowhere/kafka-password"), std::string::npos);
  errors.clear();
  const test::TempDir dir;
  std::ofstream(dir.File("kafka-password")) << "hunter2\n";
  const ConsumerConf made = MakeConsumerConf(config, dir.File("leaktrip.yaml"), &errors);
  ASSERT_TRUE(errors.empty()) << errors[0].ToString();
  EXPECT_EQ(Setting(made, "sasl.password"), "hunter2");
}

TEST(CheckKafka, FindsWhatOnlyAClientNotices) {
  KafkaConfig config = Base();
  config.security_protocol = "ssl";
  config.ca_file = "/nowhere/ca.pem";
  config.topics.push_back({.name = "^logs[", .logs = true});
  Errors errors;
  CheckKafka(config, kConfigFile, &errors);
  ASSERT_EQ(errors.size(), 2U);
  EXPECT_NE(errors[0].message.find("'^logs['"), std::string::npos);
  EXPECT_NE(errors[1].message.find("/nowhere/ca.pem"), std::string::npos) << errors[1].message;
}

TEST(CheckKafka, AcceptsAGoodConfigurationWithoutABroker) {
  Errors errors;
  CheckKafka(Base(), kConfigFile, &errors);
  EXPECT_TRUE(errors.empty());
}

}  // namespace
}  // namespace leaktrip

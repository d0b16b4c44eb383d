// TLS and SASL against a real broker, as users run them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "daemon/ingest/kafka_source.h"
#include "tests/support/collect.h"
#include "tests/support/kafka_broker.h"
#include "tests/support/kafka_client.h"
#include "tests/support/wait.h"

namespace leaktrip::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;

class KafkaSecureTest : public testing::Test {
 protected:
  static std::unique_ptr<KafkaBroker> Start(const std::string& version = "") {
    auto broker = std::make_unique<KafkaBroker>(KafkaBroker::Listeners::kSecure, version);
    KafkaClient client(broker->address());
    client.CreateTopic("secret", 1);
    client.Produce("secret", 0, {"a"});
    return broker;
  }

  static KafkaSource::Options TlsOptions(const KafkaBroker& broker) {
    KafkaSource::Options options;
    options.config.brokers = {broker.tls_address()};
    options.config.group_id = "secure";
    options.config.topics = {{.name = "secret", .logs = true}};
    options.config.ca_file = broker.ca_file();
    options.config.security_protocol = "ssl";
    return options;
  }

  KafkaSource::Options SaslOptions(const KafkaBroker& broker, const std::string& mechanism,
                                   const std::string& password = KafkaBroker::sasl_password()) {
    std::ofstream(dir_.File("password")) << password << "\n";
    auto options = TlsOptions(broker);
    options.config.brokers = {broker.sasl_address()};
    options.config.group_id += mechanism;
    options.config.security_protocol = "sasl_ssl";
    options.config.sasl_mechanism = mechanism;
    options.config.sasl_username = KafkaBroker::sasl_user();
    options.config.sasl_password_file = "password";  // beside the configuration
    options.config_file = dir_.File("leaktrip.yaml");
    return options;
  }

  static std::vector<std::string> Read(KafkaSource::Options options) {
    Errors errors;
    auto source = KafkaSource::Open(std::move(options), &errors);
    for (const Error& error : errors) ADD_FAILURE() << error.ToString();
    return source ? Collect(source.get(), 1).values : std::vector<std::string>();
  }

  // Polls until authentication has failed once; it must not end the source.
  static bool FailsToAuthenticate(KafkaSource::Options options) {
    Metrics metrics;
    options.metrics = &metrics;
    Errors errors;
    auto source = KafkaSource::Open(std::move(options), &errors);
    return WaitFor([&] {
      EXPECT_TRUE(source->Poll(milliseconds(50)).has_value());
      return metrics.Text().find("leaktrip_kafka_errors_total{type=\"_AUTHENTICATION\"}") !=
             std::string::npos;
    });
  }

  TempDir dir_;
};

TEST_F(KafkaSecureTest, ReadsOverTlsAndWithAPasswordFromAFile) {
  const auto broker = Start();
  EXPECT_THAT(Read(TlsOptions(*broker)), ElementsAre("a"));
  EXPECT_THAT(Read(SaslOptions(*broker, "PLAIN")), ElementsAre("a"));
  EXPECT_TRUE(FailsToAuthenticate(SaslOptions(*broker, "PLAIN", "wrong")));
}

// Kafka 4 refuses SCRAM from librdkafka before 2.6.1, so this needs an older broker.
TEST_F(KafkaSecureTest, ReadsWithScram) {
  const auto broker = Start("3.9.1");
  EXPECT_THAT(Read(SaslOptions(*broker, "SCRAM-SHA-256")), ElementsAre("a"));
  EXPECT_THAT(Read(SaslOptions(*broker, "SCRAM-SHA-512")), ElementsAre("a"));
  EXPECT_TRUE(FailsToAuthenticate(SaslOptions(*broker, "SCRAM-SHA-512", "wrong")));
}

}  // namespace
}  // namespace leaktrip::test

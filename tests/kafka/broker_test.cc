#include <gtest/gtest.h>

#include "tests/support/kafka_broker.h"
#include "tests/support/kafka_client.h"

namespace leaktrip::test {
namespace {

TEST(KafkaBroker, KeepsItsRecordsOverAKill) {
  KafkaBroker broker;
  const std::string address = broker.address();
  KafkaClient client(address);
  client.CreateTopic("kept", 1);
  client.Produce("kept", 0, {"one", "two", std::nullopt});
  broker.Kill();
  broker.Restart();
  EXPECT_EQ(broker.address(), address);
  client.Produce("kept", 0, {"three"});
  EXPECT_EQ(client.Committed("nobody", "kept", 0), -1);
}

}  // namespace
}  // namespace leaktrip::test

#include "daemon/ingest/kafka_positions.h"

#include <gtest/gtest.h>

namespace leaktrip {
namespace {

TEST(KafkaPositions, LocalCheckpointWinsOverTheGroupUnlessTheGroupIsAhead) {
  KafkaPositions positions({{"logs", 0, 50}, {"logs", 1, 50}});
  EXPECT_EQ(positions.Assign("logs", 0, 40), 50);
  EXPECT_EQ(positions.Assign("logs", 1, 70), 70);
  EXPECT_EQ(positions.Assign("logs", 2, 9), 9);
  EXPECT_EQ(positions.Assign("logs", 3, -1), std::nullopt);
  EXPECT_EQ(positions.assigned(), 4U);
}

TEST(KafkaPositions, WhatWasDeliveredIsNotDeliveredAgainWhenThePartitionComesBack) {
  KafkaPositions positions({});
  EXPECT_EQ(positions.Assign("logs", 0, 10), 10);
  positions.Find("logs", 0)->next = 25;
  positions.Stored({{"logs", 0, 20}});
  positions.RevokeAll();
  EXPECT_EQ(positions.assigned(), 0U);
  EXPECT_EQ(positions.Assign("logs", 0, 20), 25);
}

}  // namespace
}  // namespace leaktrip

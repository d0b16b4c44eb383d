// KafkaSource against a real broker.
#include "daemon/ingest/kafka_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/collect.h"
#include "tests/support/kafka_broker.h"
#include "tests/support/kafka_client.h"
#include "tests/support/wait.h"

namespace leaktrip::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::UnorderedElementsAre;
using Values = std::vector<std::optional<std::string>>;

class KafkaSourceTest : public testing::Test {
 protected:
  KafkaSourceTest() : broker_(KafkaBroker::Shared()), client_(broker_.address()) {
    // Own topics and group, because the broker is shared.
    name_ = testing::UnitTest::GetInstance()->current_test_info()->name();
  }

  KafkaSource::Options OptionsFor(std::vector<TopicConfig> topics) const {
    KafkaSource::Options options;
    options.config.brokers = {broker_.address()};
    options.config.group_id = name_;
    options.config.topics = std::move(topics);
    options.config.librdkafka = {{"session.timeout.ms", "6000"},
                                 {"topic.metadata.refresh.interval.ms", "300"},
                                 {"auto.commit.interval.ms", "100"},
                                 {"statistics.interval.ms", "200"}};
    return options;
  }
  KafkaSource::Options Options() const { return OptionsFor({{.name = name_, .logs = true}}); }

  static std::unique_ptr<KafkaSource> Open(KafkaSource::Options options) {
    Errors errors;
    auto source = KafkaSource::Open(std::move(options), &errors);
    for (const Error& error : errors) ADD_FAILURE() << error.ToString();
    return source;
  }

  KafkaBroker& broker_;
  KafkaClient client_;
  std::string name_;
};

TEST_F(KafkaSourceTest, OffsetsReachTheBrokerOnlyThroughStore) {
  client_.CreateTopic(name_, 1);
  client_.Produce(name_, 0, {"a", "b", "c"});
  auto source = Open(Options());
  const Collected collected = Collect(source.get(), 3);
  EXPECT_THAT(collected.values, ElementsAre("a", "b", "c"));
  source->Close(seconds(10));
  EXPECT_EQ(client_.Committed(name_, name_, 0), -1);

  source = Open(Options());
  Collect(source.get(), 3);
  source->Store({{name_, 0, 2}});
  source->Close(seconds(10));
  EXPECT_EQ(client_.Committed(name_, name_, 0), 2);
}

TEST_F(KafkaSourceTest, GoesOnAtTheLocalCheckpointWhenItIsAheadOfTheGroup) {
  client_.CreateTopic(name_, 1);
  client_.Produce(name_, 0, {"a", "b", "c", "d"});
  auto source = Open(Options());
  Collect(source.get(), 4);
  source->Store({{name_, 0, 1}});
  source->Close(seconds(10));

  auto options = Options();
  options.resume = {{name_, 0, 3}};
  EXPECT_THAT(Collect(Open(options).get(), 1).values, ElementsAre("d"));
}

TEST_F(KafkaSourceTest, GoesOnAtTheGroupsOffsetWithoutALocalOne) {
  client_.CreateTopic(name_, 1);
  client_.Produce(name_, 0, {"a", "b", "c"});
  auto source = Open(Options());
  Collect(source.get(), 3);
  source->Store({{name_, 0, 2}});
  source->Close(seconds(10));
  EXPECT_THAT(Collect(Open(Options()).get(), 1).values, ElementsAre("c"));
}

TEST_F(KafkaSourceTest, ExpressionTakesTopicsThatAppearLaterEachWithItsConfig) {
  client_.CreateTopic(name_ + ".one", 1);
  client_.Produce(name_ + ".one", 0, {"1"});
  auto source = Open(OptionsFor(
      {{.name = "^" + name_ + "[.]o", .logs = true}, {.name = "^" + name_, .access = true}}));
  EXPECT_THAT(Collect(source.get(), 1).values, ElementsAre("1"));
  client_.CreateTopic(name_ + ".two", 1);
  client_.Produce(name_ + ".two", 0, {"2"});
  std::unique_ptr<Batch> batch;
  ASSERT_TRUE(WaitFor([&] {
    auto polled = source->Poll(milliseconds(50));
    batch = polled ? std::move(*polled) : nullptr;
    return batch != nullptr;
  }));
  EXPECT_EQ(batch->records()[0].bytes, "2");
  EXPECT_TRUE(batch->records()[0].topic_config->access);
  EXPECT_EQ(source->assigned(), 2U);
  batch.reset();
}

TEST_F(KafkaSourceTest, WaitsForATopicThatDoesNotExistYet) {
  auto source = Open(Options());
  Collected collected;
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(PollOnce(source.get(), &collected));
  EXPECT_EQ(source->assigned(), 0U);
  client_.CreateTopic(name_, 2);
  client_.Produce(name_, 1, {"late"});
  EXPECT_THAT(Collect(source.get(), 1).values, ElementsAre("late"));
}

TEST_F(KafkaSourceTest, TombstonesAndEmptyValuesAreEmptyRecords) {
  client_.CreateTopic(name_, 1);
  client_.Produce(name_, 0, Values{std::nullopt, "", "x"});
  auto source = Open(Options());
  EXPECT_THAT(Collect(source.get(), 3).values, ElementsAre("", "", "x"));
}

TEST_F(KafkaSourceTest, StopsAtTheEndThatWasThereAtTheStartEmptyPartitionsIncluded) {
  client_.CreateTopic(name_, 3);
  client_.Produce(name_, 0, {"a", "b"});
  client_.Produce(name_, 2, {"c"});
  auto options = Options();
  options.stop_at_end = true;
  auto source = Open(options);
  EXPECT_FALSE(source->AtEnd());
  Collected collected;
  ASSERT_TRUE(WaitFor([&] { return !PollOnce(source.get(), &collected) || source->AtEnd(); }));
  EXPECT_TRUE(source->AtEnd());
  EXPECT_THAT(collected.values, UnorderedElementsAre("a", "b", "c"));
}

TEST_F(KafkaSourceTest, StopAtEndGivesUpWhenThereIsNothingToRead) {
  auto options = Options();
  options.stop_at_end = true;
  options.patience = milliseconds(300);
  auto source = Open(options);
  std::string why;
  ASSERT_TRUE(WaitFor([&] {
    auto batch = source->Poll(milliseconds(50));
    if (!batch) why = batch.error().message;
    return !batch;
  }));
  EXPECT_NE(why.find("do the topics exist?"), std::string::npos) << why;
}

TEST_F(KafkaSourceTest, RecordsGoneBeforeTheyWereReadAreCounted) {
  client_.CreateTopic(name_, 1);
  client_.Produce(name_, 0, {"a", "b", "c", "d"});
  client_.DeleteRecords(name_, 0, 3);
  Metrics metrics;
  auto options = Options();
  options.metrics = &metrics;
  options.resume = {{name_, 0, 1}};
  auto source = Open(options);
  EXPECT_THAT(Collect(source.get(), 1).values, ElementsAre("d"));
  client_.Produce(name_, 0, {"e", "f"});
  EXPECT_THAT(Collect(source.get(), 2).values, ElementsAre("e", "f"));
  EXPECT_NE(metrics.Text().find("leaktrip_source_gap_total{topic=\"" + name_ + "\"} 1"),
            std::string::npos);
}

TEST_F(KafkaSourceTest, TopicMadeAnewIsReadFromItsBeginningAndCounted) {
  client_.CreateTopic(name_, 1);
  client_.Produce(name_, 0, {"new"});
  Metrics metrics;
  auto options = Options();
  options.metrics = &metrics;
  options.resume = {{name_, 0, 1000}};
  auto source = Open(options);
  EXPECT_THAT(Collect(source.get(), 1).values, ElementsAre("new"));
  EXPECT_NE(metrics.Text().find("leaktrip_source_gap_total"), std::string::npos);
}

TEST_F(KafkaSourceTest, LagFallsToZeroWhenOffsetsAreStored) {
  client_.CreateTopic(name_, 1);
  client_.Produce(name_, 0, {"a", "b", "c"});
  auto source = Open(Options());
  Collected collected = Collect(source.get(), 3);
  source->Store({{name_, 0, 1}});
  EXPECT_TRUE(WaitFor([&] { return PollOnce(source.get(), &collected) && source->lag() == 2; }));
  source->Store(collected.Offsets());
  EXPECT_TRUE(WaitFor([&] { return PollOnce(source.get(), &collected) && source->lag() == 0; }));
}

TEST_F(KafkaSourceTest, StaticMemberComesBackWithoutLosingItsPlace) {
  client_.CreateTopic(name_, 4);
  for (int32_t p = 0; p < 4; ++p) client_.Produce(name_, p, {"x"});
  auto options = Options();
  options.config.instance_id = "one";
  auto source = Open(options);
  Collected collected = Collect(source.get(), 4);
  source->Store(collected.Offsets());
  source->Close(seconds(10));
  client_.Produce(name_, 3, {"y"});
  source = Open(options);
  EXPECT_THAT(Collect(source.get(), 1).values, ElementsAre("y"));
}

TEST_F(KafkaSourceTest, SecondMemberWithTheSameInstanceIdEndsTheFirst) {
  client_.CreateTopic(name_, 1);
  client_.Produce(name_, 0, {"x"});
  auto options = Options();
  options.config.instance_id = "one";
  options.config.librdkafka["heartbeat.interval.ms"] = "200";
  auto first = Open(options);
  Collect(first.get(), 1);
  auto second = Open(options);
  Collect(second.get(), 1);
  EXPECT_TRUE(WaitFor([&] { return !first->Poll(milliseconds(50)); }));
}

TEST_F(KafkaSourceTest, IdleKeepsTheMembershipWhileNothingIsRead) {
  client_.CreateTopic(name_, 2);
  client_.Produce(name_, 0, {"a"});
  auto source = Open(Options());
  Collect(source.get(), 1);
  ASSERT_EQ(source->assigned(), 2U);
  // A second member takes one of the partitions, which needs the first one's consent.
  auto other = Open(Options());
  Collected collected;
  EXPECT_TRUE(WaitFor([&] {
    source->Idle();
    return PollOnce(other.get(), &collected) && other->assigned() == 1 && source->assigned() == 1;
  }));
}

}  // namespace
}  // namespace leaktrip::test

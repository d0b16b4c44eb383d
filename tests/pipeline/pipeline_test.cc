#include "daemon/pipeline/pipeline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "daemon/config/rules_folder.h"
#include "daemon/pipeline/judge_stage.h"
#include "detectors/access/format_loader.h"
#include "detectors/leak/rule_loader.h"
#include "tests/support/memory_source.h"
#include "tests/support/temp_dir.h"
#include "tests/support/wait.h"

namespace leaktrip::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr char kRules[] = R"(
provider: example
rules:
  - id: example-token
    name: Example token
    description: Opens the example.
    kind: api-token
    pattern: 'extok_[a-z0-9]{16}'
    severity: high
    confidence: high
    examples:
      positive: ['GET /?t=extok_0123456789abcdef HTTP/1.1', 'extok_0123456789abcdef']
      negative: ['extok_short']
)";

// Looks random, as a token does: the engine takes monotonous ones for placeholders.
std::string Token(int number) {
  return "extok_" + Fingerprint::OfToken(std::to_string(number)).Hex().substr(0, 16);
}

std::shared_ptr<const RuleSet> Rules() {
  Errors errors;
  auto rules = LoadRules({{"tokens/example.yaml", kRules}}, {}, &errors);
  auto set = CompileRules(std::move(rules), "key", &errors);
  for (const Error& error : errors) ADD_FAILURE() << error.ToString();
  return set;
}

std::unique_ptr<Judge> NewJudge() {
  Errors errors;
  auto detectors =
      DetectorSet::Make(Below(ShippedRules(), "access/"), {}, Networks::None(), &errors);
  for (const Error& error : errors) ADD_FAILURE() << error.ToString();
  return std::make_unique<Judge>(std::move(detectors), Judge::Options{});
}

class PipelineTest : public testing::Test {
 protected:
  PipelineTest() : judge_(NewJudge()) {
    auto store = Store::Open({.dir = dir_.path()});
    EXPECT_TRUE(store.has_value());
    store_ = std::move(*store);
  }

  Pipeline::Options Options(Source* source) {
    Pipeline::Options options;
    options.source = source;
    options.store = store_.get();
    options.judge = judge_.get();
    options.rules = Rules();
    options.workers = 2;
    options.exit_at_end = true;
    options.metrics = &metrics_;
    return options;
  }

  std::vector<std::string> AlertIds() {
    std::vector<std::string> ids;
    auto alerts = store_->Alerts(1000);
    if (alerts) {
      for (const Alert& alert : *alerts) ids.push_back(alert.id);
    }
    std::sort(ids.begin(), ids.end());
    return ids;
  }
  bool Says(const std::string& line) { return metrics_.Text().find(line) != std::string::npos; }

  TempDir dir_;
  const TopicConfig logs_{.name = "logs", .logs = true};
  const TopicConfig access_{.name = "access", .access = true, .format = "native"};
  const TopicConfig both_{.name = "both", .logs = true, .access = true};
  Metrics metrics_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<Judge> judge_;
};

TEST_F(PipelineTest, EveryTokenIsAlertedOnceAndOffsetsAreStored) {
  MemorySource source;
  for (int i = 0; i < 200; ++i) {
    source.Add(logs_, "line " + std::to_string(i) + (i % 10 == 0 ? " " + Token(i / 20) : ""));
  }
  Pipeline pipeline(Options(&source));
  pipeline.Start();
  ASSERT_TRUE(pipeline.WaitEnded(seconds(30)));
  EXPECT_TRUE(pipeline.outcome().has_value());
  EXPECT_EQ(AlertIds().size(), 10U);
  EXPECT_EQ(source.Stored("logs"), 200);
  EXPECT_EQ((*store_->Offsets())[0].next, 200);
  EXPECT_TRUE(Says("leaktrip_records_received_total{topic=\"logs\"} 200"));
}

TEST_F(PipelineTest, OriginOfAFindingIsItsOwnRecordWhateverElseIsInTheBatch) {
  MemorySource source(50);
  source.Add(access_, "{}");
  source.Add(logs_, "nothing");
  source.Add(logs_, "");
  source.Add(access_, "{}");
  source.Add(logs_, "here " + Token(7));
  Pipeline pipeline(Options(&source));
  pipeline.Start();
  ASSERT_TRUE(pipeline.WaitEnded(seconds(30)));
  const auto alerts = store_->Alerts(10);
  ASSERT_EQ(alerts->size(), 1U);
  ASSERT_TRUE((*alerts)[0].leak.has_value());
  EXPECT_EQ((*alerts)[0].leak->first.topic, "logs");
  EXPECT_EQ((*alerts)[0].leak->first.offset, 2);
}

TEST_F(PipelineTest, FormatOfATopicIsFoundOutAndMessagesThatRepeatUnfold) {
  Errors errors;
  const TopicConfig auth{.name = "auth", .access = true};
  MemorySource source(7);
  source.Add(auth, "Mar  4 00:00:01 web1 sshd[7]: Server listening on 0.0.0.0 port 22.");
  for (int i = 10; i < 20; ++i)
    source.Add(auth, "Mar  4 00:00:" + std::to_string(i) +
                         " web1 sshd[7]: message repeated 5 times: [ Failed password for user" +
                         std::to_string(i) + " from 203.0.113.9 port 1 ssh2]");
  source.Add(auth, "unreadable 7");
  auto options = Options(&source);
  options.parsing.formats = LoadFormats(Below(ShippedRules(), "formats/"), {}, &errors);
  ASSERT_TRUE(options.parsing.formats);
  Pipeline pipeline(std::move(options));
  pipeline.Start();
  ASSERT_TRUE(pipeline.WaitEnded(seconds(30)));
  const auto alerts = store_->Alerts(10);
  ASSERT_FALSE(alerts->empty());
  EXPECT_EQ((*alerts)[0].entity, "ip:203.0.113.9");
  const std::string text = metrics_.Text();
  EXPECT_THAT(text, testing::HasSubstr(R"(leaktrip_records_parsed_total{topic="auth"} 10)"));
  EXPECT_THAT(text,
              testing::HasSubstr(R"(leaktrip_records_discarded_total{reason="not-an-event"} 1)"));
  EXPECT_THAT(text, testing::HasSubstr(R"(leaktrip_records_discarded_total{reason="bad-line"} 1)"));
}

TEST_F(PipelineTest, StampAheadOfTheClockIsJudgedAsOfItsRecord) {
  MemorySource source;
  source.Add(access_, R"({"ts":"2099-01-01T00:00:00Z","client_ip":"203.0.113.9","status":200})");
  Pipeline pipeline(Options(&source));
  pipeline.Start();
  ASSERT_TRUE(pipeline.WaitEnded(seconds(30)));
  EXPECT_THAT(metrics_.Text(), testing::HasSubstr("leaktrip_events_clamped_total 1"));
}

TEST_F(PipelineTest, AllowedFindingsRaiseNothingAndAreCounted) {
  Errors errors;
  const Place place{"allow/mine.yaml", 1, 1};
  const std::vector<AllowEntry> allow = {
      {.values = {Fingerprint::OfToken(Token(1))}, .reason = "known", .place = place},
      {.topics = {"both"}, .reason = "a test topic", .place = place},
      {.paths = {"^/debug/"}, .reason = "made by the load test", .place = place},
      {.regexes = {"."}, .reason = "old", .expires = 1'700'000'000'001, .place = place}};
  auto options = Options(nullptr);
  options.rules = CompileRules(LoadRules({{"tokens/example.yaml", kRules}}, {}, &errors), "key",
                               &errors, allow);
  ASSERT_TRUE(options.rules);
  MemorySource source(10);
  source.Add(logs_, "x " + Token(1));
  source.Add(both_, "x " + Token(2));
  source.Add(logs_, R"({"path":"/debug/a","k":")" + Token(3) + "\"}");
  source.Add(logs_, R"({"host":"web-1","path":"/a/)" + Token(4) + "\"}");
  options.source = &source;
  Pipeline pipeline(std::move(options));
  pipeline.Start();
  ASSERT_TRUE(pipeline.WaitEnded(seconds(30)));
  const auto alerts = store_->Alerts(10);
  ASSERT_EQ(alerts->size(), 1U);
  const LeakDetails& leak = *(*alerts)[0].leak;
  EXPECT_EQ(leak.fingerprint, Fingerprint::OfToken(Token(4)).Hex());
  EXPECT_EQ(leak.hosts, std::vector<std::string>{"web-1"});
  EXPECT_EQ(leak.paths, std::vector<std::string>{"/a/*"});
  EXPECT_TRUE(Says("leaktrip_findings_allowed_total{rule=\"example-token\"} 3"));
}

TEST_F(PipelineTest, BadRecordsAreCountedByReasonAndTheRestIsJudged) {
  MemorySource source;
  source.Add(both_, std::string(1 << 20, 'a') + Token(1));  // the token lies past the limit
  source.Add(both_, std::string("nul \0 inside ", 13) + Token(2));
  source.Add(both_, "bad utf-8 \xff\xfe\x80 " + Token(3));
  source.Add(access_, R"({"ts": 12, "client_ip": )");
  source.Add(access_, std::string(100'000, '['));
  source.Add(access_, "");
  source.Add(both_, std::string(300'000, 'b') + " " + Token(4));
  Pipeline pipeline(Options(&source));
  pipeline.Start();
  ASSERT_TRUE(pipeline.WaitEnded(seconds(30)));
  EXPECT_EQ(AlertIds().size(), 3U);
  EXPECT_EQ(source.Stored("both"), 4);
  EXPECT_EQ(source.Stored("access"), 3);
  EXPECT_TRUE(Says("leaktrip_records_truncated_total 1"));
  EXPECT_TRUE(Says("leaktrip_records_discarded_total{reason=\"empty\"} 1"));
  EXPECT_TRUE(Says("leaktrip_records_discarded_total{reason=\"bad-json\"}"));
}

TEST_F(PipelineTest, SameAlertsWhateverTheNumberOfWorkersAndTheBatching) {
  std::vector<std::vector<std::string>> runs;
  for (const int workers : {1, 3}) {
    for (const size_t batch : {1UL, 7UL, 100UL}) {
      TempDir dir;
      auto store = Store::Open({.dir = dir.path()});
      auto judge = NewJudge();
      MemorySource source(batch);
      for (int i = 0; i < 60; ++i) {
        source.Add(logs_, "x " + Token(i % 25));
        source.Add(access_, R"({"ts":"2024-03-04T00:00:)" + std::to_string(10 + i % 50) +
                                R"(Z","client_ip":"10.0.0.9","status":200,"user":"ann",)" +
                                R"("token":")" + Token(i % 25) + "\"}");
      }
      auto options = Options(&source);
      options.store = store->get();
      options.judge = judge.get();
      options.workers = workers;
      Pipeline pipeline(std::move(options));
      pipeline.Start();
      ASSERT_TRUE(pipeline.WaitEnded(seconds(30)));
      std::vector<std::string> ids;
      const auto alerts = (*store)->Alerts(1000);
      for (const Alert& alert : *alerts) ids.push_back(AlertJson(alert));
      std::sort(ids.begin(), ids.end());
      runs.push_back(std::move(ids));
    }
  }
  EXPECT_GE(runs[0].size(), 25U);
  for (const auto& run : runs) EXPECT_EQ(run, runs[0]);
}

TEST_F(PipelineTest, StateAndAlertsOfARestartContinueThoseBefore) {
  MemorySource first;
  first.Add(logs_, "x " + Token(1));
  {
    Pipeline pipeline(Options(&first));
    pipeline.Start();
    ASSERT_TRUE(pipeline.WaitEnded(seconds(30)));
  }
  const auto before = AlertIds();
  judge_ = NewJudge();
  ASSERT_TRUE(RestoreJudge(store_.get(), judge_.get(), &metrics_).has_value());
  MemorySource second;
  second.Add(logs_, "x " + Token(1));
  Pipeline pipeline(Options(&second));
  pipeline.Start();
  ASSERT_TRUE(pipeline.WaitEnded(seconds(30)));
  EXPECT_EQ(AlertIds(), before);
}

TEST_F(PipelineTest, HooksSeeTheFindingWithItsAlertTheUseAndTheCommit) {
  MemorySource source;
  source.Add(access_, R"({"ts":"2024-03-04T00:00:10Z","client_ip":"10.0.0.9","status":200,)"
                      R"("user":"ann","token":")" +
                          Token(5) + "\"}");
  source.Add(logs_, "x " + Token(5));
  std::vector<std::string> proposed;
  int used = 0;
  std::atomic<int> committed = 0;
  auto options = Options(&source);
  options.hooks.propose = [&](const Alert& alert, const Finding& finding) {
    proposed.push_back(alert.id + std::string(finding.secret.Reveal()));
    return std::vector<RevocationProposal>();
  };
  options.hooks.used = [&](const AccessEvent& event) {
    used += event.token == Fingerprint::OfToken(Token(5));
  };
  options.hooks.committed = [&] { ++committed; };
  Pipeline pipeline(std::move(options));
  pipeline.Start();
  ASSERT_TRUE(pipeline.WaitEnded(seconds(30)));
  ASSERT_EQ(proposed.size(), 1U);
  EXPECT_TRUE(proposed[0].ends_with(Token(5)));
  EXPECT_EQ(used, 1);
  EXPECT_GE(committed, 1);
}

TEST_F(PipelineTest, RulesAreSwappedBetweenBatches) {
  MemorySource source(1);
  source.Add(logs_, "x " + Token(1));
  auto options = Options(&source);
  options.exit_at_end = false;
  std::atomic<int> engines = 0;
  options.make_engine = [&](std::shared_ptr<const RuleSet> rules) {
    ++engines;
    return MakeEngine(std::move(rules));
  };
  options.workers = 1;
  Pipeline pipeline(std::move(options));
  pipeline.SetRules(Rules());
  pipeline.Start();
  EXPECT_TRUE(WaitFor([&] { return source.Stored("logs") == 1; }));
  EXPECT_EQ(engines, 1);
  EXPECT_TRUE(pipeline.Stop(true, seconds(10)));
}

// Holds every batch until it is opened.
class Gate : public Engine {
 public:
  Gate(std::unique_ptr<Engine> inner, std::atomic<bool>* open)
      : inner_(std::move(inner)), open_(open) {}
  void Scan(const Block& block, Millis now, std::vector<Finding>* findings,
            std::vector<Verdict>* verdicts) override {
    WaitFor([this] { return open_->load(); });
    inner_->Scan(block, now, findings, verdicts);
  }

 private:
  std::unique_ptr<Engine> inner_;
  std::atomic<bool>* open_;
};

TEST_F(PipelineTest, SlowWorkersStopTheReadingAndStopDrainsWhatIsInFlight) {
  MemorySource source(1);
  for (int i = 0; i < 100; ++i) source.Add(logs_, "x " + Token(i));
  std::atomic<bool> open = false;
  auto options = Options(&source);
  options.make_engine = [&](std::shared_ptr<const RuleSet> rules) -> std::unique_ptr<Engine> {
    return std::make_unique<Gate>(MakeEngine(std::move(rules)), &open);
  };
  options.exit_at_end = false;
  Pipeline pipeline(std::move(options));
  pipeline.Start();
  EXPECT_TRUE(WaitFor([&] { return source.idles() > 2; }));
  const size_t taken = source.taken();
  EXPECT_LE(taken, 16U);
  const uint64_t progress = pipeline.progress();
  EXPECT_FALSE(pipeline.WaitEnded(milliseconds(50)));
  EXPECT_EQ(pipeline.progress(), progress);  // a stuck worker is no progress
  open = true;
  EXPECT_TRUE(pipeline.Stop(true, seconds(20)));
  EXPECT_EQ(source.Stored("logs"), static_cast<int64_t>(source.taken()));
  EXPECT_EQ(AlertIds().size(), source.taken());
}

TEST_F(PipelineTest, FailureOfTheSourceEndsItAfterWhatCameBefore) {
  MemorySource source;
  source.Add(logs_, "x " + Token(1));
  source.FailAtEnd({Code::kUnavailable, "gone", {}});
  Pipeline pipeline(Options(&source));
  pipeline.Start();
  ASSERT_TRUE(pipeline.WaitEnded(seconds(30)));
  ASSERT_FALSE(pipeline.outcome().has_value());
  EXPECT_EQ(pipeline.outcome().error().message, "gone");
  EXPECT_EQ(AlertIds().size(), 1U);
}

TEST_F(PipelineTest, FullStoreStopsReadingLosesNothingAndKeepsTheWatchdogCalm) {
  store_ = nullptr;
  TempDir small;
  auto store = Store::Open({.dir = small.path(), .max_megabytes = 1});
  ASSERT_TRUE(store.has_value());
  MemorySource source(100);
  for (int i = 0; i < 4000; ++i) source.Add(logs_, "x " + Token(i));
  auto options = Options(&source);
  options.store = store->get();
  options.exit_at_end = false;
  Pipeline pipeline(std::move(options));
  pipeline.Start();
  ASSERT_TRUE(WaitFor([&] { return !pipeline.healthy(); }));
  const uint64_t progress = pipeline.progress();
  EXPECT_TRUE(WaitFor([&] { return pipeline.progress() > progress; }));
  EXPECT_TRUE(Says("leaktrip_back_pressure_total{reason=\"store-full\"}"));
  EXPECT_TRUE(pipeline.Stop(true, seconds(10)));
  const auto offsets = (*store)->Offsets();
  const int64_t stored = offsets->empty() ? -1 : (*offsets)[0].next;
  EXPECT_EQ(source.Stored("logs"), stored);
  EXPECT_EQ(static_cast<int64_t>((*store)->Alerts(10'000)->size()), std::max<int64_t>(stored, 0));
}

}  // namespace
}  // namespace leaktrip::test

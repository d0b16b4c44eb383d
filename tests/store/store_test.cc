#include "daemon/store/store.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "daemon/store/outbox.h"
#include "daemon/store/schema.h"
#include "tests/support/alerts.h"
#include "tests/support/temp_dir.h"

namespace leaktrip {
namespace {

using test::MakeAlert;
using test::TempDir;

constexpr Millis kNow = 1'700'000'000'000;

class StoreTest : public testing::Test {
 protected:
  std::unique_ptr<Store> Open(int64_t max_megabytes = 64) {
    auto store = TryOpen(max_megabytes);
    EXPECT_TRUE(store) << (store ? "" : store.error().ToString());
    return store ? std::move(*store) : nullptr;
  }
  Result<std::unique_ptr<Store>> TryOpen(int64_t max_megabytes = 64) {
    return Store::Open({.dir = dir_.File("state"),
                        .max_megabytes = max_megabytes,
                        .targets = {{"all", Severity::kLow}, {"bad", Severity::kCritical}},
                        .revocation_key = std::string(32, 'k')});
  }
  std::string file() const { return dir_.File("state/leaktrip.db"); }

  TempDir dir_;
};

TEST_F(StoreTest, EverythingOfACommitIsThereAfterReopening) {
  CommitUnit unit;
  unit.alerts.push_back(MakeAlert("one"));
  unit.state = {{"detector/a", std::string("x\0y", 3)}, {"detector/b", "z"}};
  unit.offsets = {{"logs", 0, 17}, {"logs", 1, 4}};
  ASSERT_TRUE(Open()->Commit(unit, kNow));

  auto store = Open();
  const auto alerts = *store->Alerts(10);
  ASSERT_EQ(alerts.size(), 1u);
  EXPECT_EQ(alerts[0].id, unit.alerts[0].id);
  const auto state = *store->State();
  ASSERT_EQ(state.size(), 2u);
  EXPECT_EQ(state[0].key, "detector/a");
  EXPECT_EQ(state[0].value, std::string("x\0y", 3));
  const auto offsets = *store->Offsets();
  ASSERT_EQ(offsets.size(), 2u);
  EXPECT_EQ(offsets[0].next, 17);
  EXPECT_EQ(offsets[1].partition, 1);
}

TEST_F(StoreTest, LaterStateAndOffsetsReplaceEarlierOnes) {
  auto store = Open();
  ASSERT_TRUE(store->Commit({{}, {}, {{"a", "1"}, {"b", "2"}}, {{"logs", 0, 5}}}, kNow));
  ASSERT_TRUE(store->Commit({{}, {}, {{"a", "3"}, {"b", std::nullopt}}, {{"logs", 0, 9}}}, kNow));
  const auto state = *store->State();
  ASSERT_EQ(state.size(), 1u);
  EXPECT_EQ(state[0].value, "3");
  EXPECT_EQ((*store->Offsets())[0].next, 9);
}

TEST_F(StoreTest, ReplayedAlertChangesNothing) {
  auto store = Open();
  Outbox outbox(*store);
  CommitUnit unit;
  unit.alerts.push_back(MakeAlert("one"));
  ASSERT_TRUE(store->Commit(unit, kNow));
  auto due = *outbox.Due("all", kNow, 10);
  ASSERT_EQ(due.size(), 1u);
  ASSERT_TRUE(outbox.Delivered(due[0].seq));
  ASSERT_TRUE(store->Commit(unit, kNow + 1000));
  EXPECT_EQ(store->Alerts(10)->size(), 1u);
  EXPECT_TRUE(outbox.Due("all", kNow + 5000, 10)->empty());
}

TEST_F(StoreTest, EachTargetGetsRevisionsAtOrAboveItsSeverity) {
  auto store = Open();
  Outbox outbox(*store);
  CommitUnit unit;
  unit.alerts.push_back(MakeAlert("one", Severity::kHigh, 1));
  unit.alerts.push_back(MakeAlert("one", Severity::kCritical, 2));
  unit.alerts.push_back(MakeAlert("dull", Severity::kInfo));
  ASSERT_TRUE(store->Commit(unit, kNow));
  EXPECT_EQ(outbox.Due("all", kNow, 10)->size(), 2u);
  const auto bad = *outbox.Due("bad", kNow, 10);
  ASSERT_EQ(bad.size(), 1u);
  EXPECT_EQ(bad[0].id, "msg_" + unit.alerts[0].id + "_2_bad");
  EXPECT_EQ(bad[0].body.find(R"({"type":"leak.detected","timestamp":"2023-11-14T22:13:20Z",)"), 0u);
}

TEST_F(StoreTest, FilesAreOwnerOnly) {
  auto store = Open();
  ASSERT_TRUE(store->Commit({{}, {}, {{"a", "1"}}, {}}, kNow));
  for (const auto& entry : std::filesystem::directory_iterator(dir_.File("state"))) {
    struct stat info{};
    ASSERT_EQ(stat(entry.path().c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0077, 0u) << entry.path();
  }
}

TEST_F(StoreTest, NewerSchemaIsRefusedAndLeftAlone) {
  Open();
  {
    auto db = *Database::Open(file());
    ASSERT_TRUE(db->Script("PRAGMA user_version = 99"));
  }
  const auto store = TryOpen();
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code, Code::kInvalid);
  EXPECT_NE(store.error().message.find("newer leaktrip"), std::string::npos);
  EXPECT_TRUE(std::filesystem::exists(file()));
}

TEST_F(StoreTest, DamagedFileIsMovedAsideAndANewOneBegins) {
  {
    auto store = Open();
    for (int i = 0; i < 50; ++i) {
      CommitUnit unit;
      unit.alerts.push_back(MakeAlert("alert " + std::to_string(i)));
      ASSERT_TRUE(store->Commit(unit, kNow));
    }
  }
  {
    std::fstream damaged(file(), std::ios::in | std::ios::out | std::ios::binary);
    damaged.seekp(4096);
    damaged << std::string(8192, '\x5a');
  }
  auto store = Open();
  ASSERT_TRUE(store);
  EXPECT_NE(store->moved_aside().find("leaktrip.db.corrupt-"), std::string::npos);
  EXPECT_TRUE(std::filesystem::exists(store->moved_aside()));
  EXPECT_TRUE(store->Alerts(10)->empty());
  EXPECT_TRUE(store->Commit({{}, {}, {{"a", "1"}}, {}}, kNow));
}

TEST_F(StoreTest, FileThatIsNoDatabaseIsMovedAside) {
  std::filesystem::create_directories(dir_.File("state"));
  std::ofstream(file()) << std::string(5000, 'x');
  auto store = Open();
  ASSERT_TRUE(store);
  EXPECT_FALSE(store->moved_aside().empty());
}

TEST_F(StoreTest, OnlyTheRecoveringOpenerMovesADamagedFile) {
  std::filesystem::create_directories(dir_.File("state"));
  std::ofstream(file()) << std::string(5000, 'x');
  const auto store = Store::Open({.dir = dir_.File("state"), .recover = false});
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code, Code::kIo);
  EXPECT_TRUE(std::filesystem::exists(file()));
}

TEST_F(StoreTest, FullStoreTakesNothingOfACommitAndGoesOnWhenThereIsSpace) {
  auto store = Open(1);
  CommitUnit big;
  big.offsets = {{"logs", 0, 1}};
  big.state = {{"big", std::string(600'000, 'b')}};
  ASSERT_TRUE(store->Commit(big, kNow));
  CommitUnit more;
  more.alerts.push_back(MakeAlert("lost?"));
  more.offsets = {{"logs", 0, 2}};
  more.state = {{"more", std::string(600'000, 'm')}};
  const auto full = store->Commit(more, kNow);
  ASSERT_FALSE(full);
  EXPECT_EQ(full.error().code, Code::kFull);
  EXPECT_TRUE(store->Alerts(10)->empty());
  EXPECT_EQ((*store->Offsets())[0].next, 1);

  ASSERT_TRUE(store->Commit({{}, {}, {{"big", std::nullopt}}, {}}, kNow));
  ASSERT_TRUE(store->Commit(more, kNow));
  EXPECT_EQ((*store->Offsets())[0].next, 2);
  EXPECT_EQ(store->Alerts(10)->size(), 1u);
}

TEST_F(StoreTest, UncommittedTransactionIsGoneAfterAKill) {
  auto store = Open();
  ASSERT_TRUE(store->Commit({{}, {}, {}, {{"logs", 0, 1}}}, kNow));
  const pid_t child = fork();
  if (child == 0) {
    auto db = *Database::Open(file());
    auto transaction = Transaction::Begin(*db);
    (void)db->Run("UPDATE offsets SET next = 2");
    kill(getpid(), SIGKILL);
  }
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_EQ((*Open()->Offsets())[0].next, 1);
}

TEST_F(StoreTest, TwoThreadsCommitOverTheSameFolder) {
  Open();
  auto work = [this](const std::string& topic) {
    auto store = Open();
    for (int i = 1; i <= 50; ++i) EXPECT_TRUE(store->Commit({{}, {}, {}, {{topic, 0, i}}}, kNow));
  };
  std::thread first(work, "one"), second(work, "two");
  first.join();
  second.join();
  const auto offsets = *Open()->Offsets();
  ASSERT_EQ(offsets.size(), 2u);
  EXPECT_EQ(offsets[0].next, 50);
  EXPECT_EQ(offsets[1].next, 50);
}

}  // namespace
}  // namespace leaktrip

#include "daemon/ingest/event_files.h"

#include <gtest/gtest.h>

#include <fstream>

#include "tests/support/temp_dir.h"

namespace leaktrip {
namespace {

std::string Event(const std::string& time, const std::string& user) {
  return R"({"ts":")" + time + R"(","client_ip":"192.0.2.1","status":200,"user":")" + user +
         "\"}\n";
}

class EventFilesTest : public testing::Test {
 protected:
  std::string Write(const std::string& name, const std::string& bytes) {
    std::ofstream(dir_.File(name), std::ios::binary) << bytes;
    return dir_.File(name);
  }
  static std::string Users(EventFiles* files) {
    std::string users;
    for (;;) {
      const auto event = files->Next();
      if (!event) return users + " error";
      if (*event == nullptr) return users;
      users += (*event)->user;
    }
  }

  test::TempDir dir_;
};

TEST_F(EventFilesTest, FilesAreMergedByTimeAndAFilesOwnOrderIsKept) {
  const auto a =
      Write("a", Event("2026-01-01T00:00:01Z", "a") + Event("2026-01-01T00:00:05Z", "d") +
                     Event("2026-01-01T00:00:02Z", "e"));
  const auto b =
      Write("b", Event("2026-01-01T00:00:03Z", "b") + Event("2026-01-01T00:00:04Z", "c"));
  auto files = EventFiles::Open({a, b}, AccessFormat::kAuto);
  ASSERT_TRUE(files) << files.error().ToString();
  EXPECT_EQ(Users(files->get()), "abcde");
  EXPECT_EQ((*files)->lines(), 5u);
}

TEST_F(EventFilesTest, BadLinesAreCountedWithThePlaceOfTheFirst) {
  const auto path = Write("bad", Event("2026-01-01T00:00:01Z", "a") + "\nnonsense\n{\"ts\": \n" +
                                     Event("2026-01-01T00:00:02Z", "b"));
  auto files = EventFiles::Open({path}, AccessFormat::kNative);
  ASSERT_TRUE(files);
  EXPECT_EQ(Users(files->get()), "ab");
  uint64_t bad = 0;
  int first = 1000;
  for (const auto& [reason, lines] : (*files)->bad_lines()) {
    bad += lines.count;
    first = std::min(first, lines.first.line);
    EXPECT_EQ(lines.first.file, path);
  }
  EXPECT_EQ(bad, 2u);
  EXPECT_EQ(first, 3);
}

TEST_F(EventFilesTest, MissingFileIsNamed) {
  const auto files = EventFiles::Open({dir_.File("absent")}, AccessFormat::kAuto);
  ASSERT_FALSE(files);
  EXPECT_NE(files.error().ToString().find("absent"), std::string::npos);
}

TEST_F(EventFilesTest, EmptyFilesHoldNoEvent) {
  auto files = EventFiles::Open({Write("x", ""), Write("y", "\n\n")}, AccessFormat::kAuto);
  ASSERT_TRUE(files);
  EXPECT_EQ(Users(files->get()), "");
}

}  // namespace
}  // namespace leaktrip

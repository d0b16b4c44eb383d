#include "daemon/ingest/event_files.h"

#include <gtest/gtest.h>

#include <fstream>

#include "daemon/config/rules_folder.h"
#include "detectors/access/format_loader.h"
#include "tests/support/temp_dir.h"

namespace leaktrip {
namespace {

std::string Event(const std::string& time, const std::string& user) {
  return R"({"ts":")" + time + R"(","client_ip":"192.0.2.1","status":200,"user":")" + user +
         "\"}\n";
}

EventFiles::Options Shipped(const std::string& format = "auto") {
  Errors errors;
  return {.format = format,
          .parsing = {.formats = LoadFormats(Below(ShippedRules(), "formats/"), {}, &errors)}};
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
  auto files = EventFiles::Open({a, b}, {});
  ASSERT_TRUE(files) << files.error().ToString();
  EXPECT_EQ(Users(files->get()), "abcde");
  EXPECT_EQ((*files)->lines(), 5u);
}

TEST_F(EventFilesTest, BadLinesAreCountedWithThePlaceOfTheFirst) {
  const auto path = Write("bad", Event("2026-01-01T00:00:01Z", "a") + "\nnonsense\n{\"ts\": \n" +
                                     Event("2026-01-01T00:00:02Z", "b"));
  auto files = EventFiles::Open({path}, Shipped("native"));
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
  const auto files = EventFiles::Open({dir_.File("absent")}, {});
  ASSERT_FALSE(files);
  EXPECT_NE(files.error().ToString().find("absent"), std::string::npos);
}

TEST_F(EventFilesTest, EmptyFilesHoldNoEvent) {
  auto files = EventFiles::Open({Write("x", ""), Write("y", "\n\n")}, Shipped());
  ASSERT_TRUE(files);
  EXPECT_EQ(Users(files->get()), "");
}

TEST_F(EventFilesTest, FormatIsFoundOutForEachFile) {
  const auto sshd = Write(
      "auth.log",
      "Mar  4 00:00:19 web1 sshd[7]: Server listening on 0.0.0.0 port 22.\n"
      "Mar  4 00:00:20 web1 sshd[8]: message repeated 3 times: [ Failed password for ada from "
      "203.0.113.9 port 1 ssh2]\n");
  const auto web = Write("web.log",
                         "203.0.113.9 - bob [04/Mar/2024:00:00:19 +0000] \"GET / HTTP/1.1\" 200 5 "
                         "\"-\" \"curl\" \"192.0.2.1\"\nwhat is this 7\n");
  auto files = EventFiles::Open({sshd, web}, Shipped());
  ASSERT_TRUE(files);
  const std::string users = Users(files->get());
  EXPECT_EQ(std::count(users.begin(), users.end(), 'd'), 3);  // ada, three times
  EXPECT_NE(users.find("bob"), std::string::npos);
  const auto formats = (*files)->Formats();
  EXPECT_EQ(formats[0].second, "syslog-auth");
  EXPECT_EQ(formats[1].second, "nginx");
  const auto& bad = (*files)->bad_lines();
  ASSERT_EQ(bad.size(), 2u);
  EXPECT_EQ(bad.at("not-an-event").count, 1u);
  EXPECT_EQ(bad.at("not-an-event").shape, "");
  EXPECT_EQ(bad.at("bad-line").shape, "aaaa aa aaaa 9");
}

TEST_F(EventFilesTest, FormatIsFoundOutAgainWhenItChanges) {
  std::string text;
  for (int i = 0; i < 5000; ++i) text += Event("2026-01-01T00:00:01Z", "a");
  for (int i = 0; i < 5000; ++i)
    text += "203.0.113.9 - b [04/Mar/2024:00:00:19 +0000] \"GET / HTTP/1.1\" 200 5\n";
  auto files = EventFiles::Open({Write("mixed", text)}, Shipped());
  ASSERT_TRUE(files);
  const std::string users = Users(files->get());
  EXPECT_EQ(std::count(users.begin(), users.end(), 'a'), 5000);
  EXPECT_GT(std::count(users.begin(), users.end(), 'b'), 2000);  // from the next chunk on
}

}  // namespace
}  // namespace leaktrip

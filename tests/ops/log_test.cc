#include "daemon/ops/log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>

#include <sstream>

#include "daemon/ops/printable.h"

namespace leaktrip {
namespace {

class StillClock : public Clock {
 public:
  Millis Wall() const override { return now; }
  Millis Monotonic() const override { return now; }
  Millis now = 1'000'000;
};

// Takes the default logger's lines for the length of a test.
class Captured {
 public:
  Captured() : before_(spdlog::default_logger()) {
    auto sink = std::make_shared<spdlog::sinks::ostream_sink_mt>(text_);
    sink->set_pattern("%v");
    spdlog::set_default_logger(std::make_shared<spdlog::logger>("test", sink));
  }
  ~Captured() { spdlog::set_default_logger(before_); }
  std::string text() const { return text_.str(); }

 private:
  std::shared_ptr<spdlog::logger> before_;
  std::ostringstream text_;
};

TEST(LogLine, HasAPriorityUnderTheJournalAndATimeElsewhere) {
  EXPECT_EQ(FormatLogLine(LogStyle::kJournal, spdlog::level::err, 0, "x"), "<3>x\n");
  EXPECT_EQ(FormatLogLine(LogStyle::kJournal, spdlog::level::warn, 0, "x"), "<4>x\n");
  EXPECT_EQ(FormatLogLine(LogStyle::kPlain, spdlog::level::info, 0, "x"),
            "1970-01-01T00:00:00Z info x\n");
}

TEST(LogLine, CannotBeForgedByWhatIsInIt) {
  EXPECT_EQ(FormatLogLine(LogStyle::kJournal, spdlog::level::info, 0, "a\n<0>b\x1b[2J"),
            "<6>a\\x0a<0>b\\x1b[2J\n");
}

TEST(Printable, KeepsUtf8AndEscapesWhatIsNot) {
  EXPECT_EQ(Printable("gr\u00fc\u00df"), "gr\u00fc\u00df");
  EXPECT_EQ(Printable("a\xff\x01"), "a\\xff\\x01");
  EXPECT_EQ(Printable("\u009b2J"), "\\xc2\\x9b2J");
}

TEST(RepeatLog, LeavesOutRepeatsAndSaysHowMany) {
  StillClock clock;
  RepeatLog log(clock);
  const Captured captured;
  for (int i = 0; i < 5; ++i) log.Write(spdlog::level::err, "kafka", "broker is away");
  log.Write(spdlog::level::err, "store", "disk is full");
  EXPECT_EQ(captured.text(), "broker is away\ndisk is full\n");
  clock.now += RepeatLog::kInterval;
  log.Write(spdlog::level::err, "kafka", "broker is away");
  EXPECT_THAT(captured.text(),
              testing::EndsWith("broker is away (4 more of this kind were left out)\n"));
}

TEST(RepeatLog, DoesNotGrowWithTheNumberOfKinds) {
  StillClock clock;
  RepeatLog log(clock);
  const Captured captured;
  for (size_t i = 0; i < RepeatLog::kMaxKinds + 100; ++i)
    log.Write(spdlog::level::err, std::to_string(i), "x");
  const std::string text = captured.text();
  EXPECT_EQ(static_cast<size_t>(std::count(text.begin(), text.end(), '\n')),
            RepeatLog::kMaxKinds + 1);
}

}  // namespace
}  // namespace leaktrip

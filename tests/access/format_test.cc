#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "detectors/access/access_parser.h"
#include "detectors/access/line_template.h"
#include "detectors/access/record_shape.h"
#include "detectors/access/syslog_frame.h"
#include "tests/access/format_bed.h"

namespace leaktrip::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class Parsed {
 public:
  explicit Parsed(const std::string& format) : parser_({.formats = Load(format)}) {
    parser_.Use({0});
  }
  std::string_view Read(std::string_view record) {
    events.clear();
    return parser_.ParseAll(record, 1'709'510'419'000, &events);
  }
  std::vector<AccessEvent> events;

 private:
  AccessParser parser_;
};

// --- JSON.

TEST(JsonFormat, PathsReachNestedDottedQuotedAndIndexedKeys) {
  Parsed parsed(
      JsonFormat("  user: a.b\n  host: a.\"c.d\"\n  method: list[1].name\n"
                 "  scope: scopes\n  path: x.y.z\n"));
  ASSERT_EQ(parsed.Read(R"({"t":1709510419,"a":{"b":"ada","c.d":"web"},)"
                        R"("list":[{"name":"no"},{"name":"GET"}],"scopes":["r","w",{"x":1}],)"
                        R"("x.y":{"z":"/p"}})"),
            "");
  const AccessEvent& event = parsed.events[0];
  EXPECT_EQ(event.user, "ada");
  EXPECT_EQ(event.host, "web");
  EXPECT_EQ(event.method, "GET");
  EXPECT_EQ(event.scope, "r, w");
  EXPECT_EQ(event.path, "/p");
  ASSERT_EQ(parsed.Read(R"({"t":1709510419,"x.y.z":"/p\u0041?q=1"})"), "");
  EXPECT_EQ(parsed.events[0].path, "/pA");
}

TEST(JsonFormat, EscapedTextsOutliveTheNextRecord) {
  Parsed parsed(JsonFormat("  user: u\n"));
  ASSERT_EQ(parsed.Read(R"({"t":1709510419,"u":"a\"da"})"), "");
  const AccessEvent first = parsed.events[0];
  ASSERT_EQ(parsed.Read(R"({"t":1709510419,"u":"b\"ob"})"), "");
  EXPECT_EQ(first.user, "a\"da");
}

TEST(JsonFormat, ItemsOfAnArrayAreRecords) {
  Parsed parsed("unfold: Records\n" + JsonFormat("  user: u\n"));
  ASSERT_EQ(parsed.Read(R"({"Records":[{"t":1709510419,"u":"a"},{"u":"no time"},7,)"
                        R"({"t":1709510420,"u":"b"}]})"),
            "");
  ASSERT_EQ(parsed.events.size(), 2u);
  EXPECT_EQ(parsed.events[1].user, "b");
  EXPECT_EQ(parsed.Read(R"([{"t":1709510419}])"), "");
  EXPECT_EQ(parsed.Read(R"({"Records":[]})"), "not-an-event");
  EXPECT_EQ(parsed.Read(R"({"Records":[{"u":"a"}]})"), "no-time");
}

TEST(JsonFormat, BrokenRecordsAreRefused) {
  Parsed parsed(JsonFormat("  user: u.v.w\n"));
  const std::string whole = R"({"t":1709510419,"u":{"v":{"w":"ada"},"z":[1,{"q":"}"}]}})";
  ASSERT_EQ(parsed.Read(whole), "");
  for (size_t size = 0; size < whole.size(); ++size)
    EXPECT_NE(parsed.Read(whole.substr(0, size)), "") << whole.substr(0, size);
  EXPECT_EQ(parsed.Read(whole + "}"), "bad-json");
  EXPECT_EQ(parsed.Read(R"({"t":"yesterday"})"), "bad-time");
  EXPECT_EQ(parsed.Read("[]"), "bad-json");
}

TEST(JsonFormat, WordsAndPatternsBecomeOutcomes) {
  Parsed parsed(
      JsonFormat("  status: {from: s, map: {OK: success, '~(?i)den': denied}, "
                 "otherwise: failed, absent: none}\n"));
  const auto status = [&](const std::string& rest) {
    EXPECT_EQ(parsed.Read(R"({"t":1709510419)" + rest + "}"), "");
    return parsed.events[0].status;
  };
  EXPECT_EQ(status(R"(,"s":"OK")"), 200);
  EXPECT_EQ(status(R"(,"s":"access DENIED")"), 401);
  EXPECT_EQ(status(R"(,"s":"ok")"), 500);
  EXPECT_EQ(status(""), 0);
}

TEST(JsonFormat, TokensAreHashedAndRedactedOnesAreNone) {
  Parsed parsed(JsonFormat("  token: h\n  token_sha256: s\n"));
  const auto token = [&](const std::string& rest) {
    EXPECT_EQ(parsed.Read(R"({"t":1709510419,)" + rest + "}"), "");
    return parsed.events[0].token;
  };
  EXPECT_EQ(token(R"("h":"Bearer q8ZtW2bLx5Vn")"), Fingerprint::OfToken("q8ZtW2bLx5Vn"));
  EXPECT_EQ(token(R"("h":"q8ZtW2bLx5Vn")"), Fingerprint::OfToken("q8ZtW2bLx5Vn"));
  for (const auto* hidden : {"REDACTED", "[FILTERED]", "Basic YWRhOnBhc3N3b3Jk", "ghp_***", "x"})
    EXPECT_FALSE(token("\"h\":\"" + std::string(hidden) + "\"")) << hidden;
  EXPECT_EQ(token(R"("s":"n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=")"),
            Fingerprint::OfToken("test"));
  EXPECT_EQ(parsed.Read(R"({"t":1709510419,"s":"short"})"), "bad-token");
}

TEST(JsonFormat, ConditionsTellWhatIsKnownFromWhatIsAnEvent) {
  Parsed parsed(
      "match: [{field: kind, is: [audit]}]\n"
      "when: [{field: [stage, step], not: [start]}, {field: user, present: true}]\n" +
      JsonFormat("  user: user\n"));
  EXPECT_EQ(parsed.Read(R"({"t":1709510419,"kind":"audit","stage":"end","user":"a"})"), "");
  EXPECT_EQ(parsed.Read(R"({"t":1709510419,"kind":"audit","step":"start","user":"a"})"),
            "not-an-event");
  EXPECT_EQ(parsed.Read(R"({"t":1709510419,"kind":"audit","stage":"end"})"), "not-an-event");
  EXPECT_EQ(parsed.Read(R"({"t":1709510419,"kind":"other","user":"a"})"), "other-format");
}

// --- Lines.

std::vector<std::string> Holes(std::string_view pattern, std::string_view line) {
  std::vector<std::string> names;
  const auto parsed = LineTemplate::Parse(pattern, &names);
  EXPECT_TRUE(parsed);
  Slots slots(names.size());
  if (!parsed || !parsed->Match(line, &slots)) return {"no match"};
  std::vector<std::string> texts;
  for (const Slot& slot : slots) texts.emplace_back(slot.text);
  return texts;
}

TEST(LineTemplate, HolesEndWhereTheTextAfterThemBegins) {
  EXPECT_THAT(Holes("$a - $b [$c] $d", "1 - x y [z] rest of it"),
              ElementsAre("1", "x y", "z", "rest of it"));
  EXPECT_THAT(Holes("$a:$_:$b", "1:2:3:4"), ElementsAre("1", "3:4"));
  EXPECT_THAT(Holes("${a}b$$$c", "1b$2"), ElementsAre("1", "2"));
  EXPECT_THAT(Holes("x $a y", "x 1 y 2 y"), ElementsAre("1 y 2"));
  EXPECT_THAT(Holes("x $a y", "x 1 z"), ElementsAre("no match"));
  EXPECT_THAT(Holes("x $a", "y 1"), ElementsAre("no match"));
}

TEST(LineTemplate, WhatOutsidersChooseMayHoldTheTextAfterIt) {
  EXPECT_THAT(Holes("for $user... from $ip port $_", "for a from 1 port 2 from 3 port 4"),
              ElementsAre("a from 1 port 2", "3"));
}

TEST(LineTemplate, BackslashProtectsAQuote) {
  EXPECT_THAT(Holes(R"("$a" "$b")", R"("1 \" 2" "3\"")"), ElementsAre(R"(1 \" 2)", R"(3\")"));
  EXPECT_THAT(Holes(R"("$a" "$b"$_)", R"("1" "2" 3)"), ElementsAre("1", "2"));
  EXPECT_THAT(Holes(R"("$a" $b)", R"("1"2" 3)"), ElementsAre(R"(1"2)", "3"));
  // A closed quote is not opened again to make a longer line fit.
  EXPECT_THAT(Holes(R"("$a" "$b"$_)", R"("1" 7 "2")"), ElementsAre("no match"));
  EXPECT_THAT(Holes(R"("$a")", R"("1\")"), ElementsAre("no match"));
}

TEST(SyslogFrame, HeadersOfAllKindsAreTakenOff) {
  const auto parts = [](std::string_view line) -> std::vector<std::string> {
    const auto frame = ParseSyslogFrame(line);
    if (!frame) return {"none"};
    return {std::string(frame->time), std::string(frame->host), std::string(frame->program),
            std::string(frame->message)};
  };
  EXPECT_THAT(parts("Mar  4 00:00:19 web1 sshd[7]: hi: there"),
              ElementsAre("Mar  4 00:00:19", "web1", "sshd", "hi: there"));
  EXPECT_THAT(parts("<38>Mar  4 00:00:19.185 web1 sshd(pam_unix)[7]: hi"),
              ElementsAre("Mar  4 00:00:19.185", "web1", "sshd(pam_unix)", "hi"));
  EXPECT_THAT(parts("2024-03-04T00:00:19.185632+01:00 web1 su: hi"),
              ElementsAre("2024-03-04T00:00:19.185632+01:00", "web1", "su", "hi"));
  EXPECT_THAT(parts(R"(<165>1 2024-03-04T00:00:19Z web1 app 7 ID [a b="]\""][c] hi)"),
              ElementsAre("2024-03-04T00:00:19Z", "web1", "app", "hi"));
  EXPECT_THAT(parts("<165>1 2024-03-04T00:00:19Z web1 app - - - hi"),
              ElementsAre("2024-03-04T00:00:19Z", "web1", "app", "hi"));
  for (const auto* line :
       {"", "hi", "Mar", "<38>", "1 ", "203.0.113.9 - - [x] y", "Mar  4 00:00:19"})
    EXPECT_THAT(parts(line), ElementsAre("none")) << line;
}

TEST(SyslogFrame, RepeatedMessagesUnfoldUpToALimit) {
  std::string_view message = "message repeated 3 times: [ Failed [x]]";
  EXPECT_EQ(Unfold(&message), 3u);
  EXPECT_EQ(message, "Failed [x]");
  message = "message repeated 99999999 times: [ x]";
  EXPECT_EQ(Unfold(&message), kMostRepeats);
  for (const auto* text :
       {"message repeated x times: [ y]", "message repeated 3 times: [ y", "y"}) {
    message = text;
    EXPECT_EQ(Unfold(&message), 1u);
    EXPECT_EQ(message, text);
  }
}

TEST(ColumnsFormat, HeaderLineNamesTheColumnsAnew) {
  Parsed parsed(R"(id: x
description: d
kind: columns
header: '#Fields:'
columns: [date, time, user]
fields: {ts: {from: time, date: date}, user: user}
)" + kTail);
  ASSERT_EQ(parsed.Read("2024-03-04 00:00:19 ada"), "");
  EXPECT_EQ(parsed.events[0].user, "ada");
  EXPECT_EQ(parsed.Read("#Software: x"), "not-an-event");
  EXPECT_EQ(parsed.Read("#Fields: user other time date"), "not-an-event");
  ASSERT_EQ(parsed.Read("bob x 00:00:20 2024-03-04"), "");
  EXPECT_EQ(parsed.events[0].user, "bob");
  EXPECT_EQ(FormatTime(parsed.events[0].ts), "2024-03-04T00:00:20Z");
  EXPECT_EQ(parsed.Read("bob x"), "bad-line");
}

// --- Clamping and shapes.

TEST(AccessParser, StampAheadOfTheClockGetsTheTimeOfItsRecord) {
  AccessParser parser(AccessFormat::kNative);
  parser.SetLatest(1'709'510'419'000 + 300'000);
  std::vector<AccessEvent> events;
  EXPECT_EQ(parser.ParseAll(R"({"ts":1709510718})", 1'709'510'419'000, &events), "");
  EXPECT_EQ(parser.ParseAll(R"({"ts":1709510720})", 1'709'510'419'000, &events), "");
  EXPECT_EQ(parser.ParseAll(R"({"ts":4102444800})", 1'709'510'000'000, &events), "");
  EXPECT_EQ(events[0].ts, 1'709'510'718'000);
  EXPECT_EQ(events[1].ts, 1'709'510'419'000);
  EXPECT_EQ(events[2].ts, 1'709'510'000'000);
  EXPECT_EQ(parser.TakeClamped(), 2u);
  EXPECT_EQ(parser.TakeClamped(), 0u);
}

TEST(AccessParser, NativeEventTakesAForwardedAddressFromATrustedProxy) {
  auto proxies = std::make_shared<TrustedProxies>();
  ASSERT_TRUE(proxies->Add("10.0.0.0/8"));
  AccessParser parser({.proxies = proxies});
  const auto address = [&](std::string_view record) {
    const auto event = parser.Parse(record);
    return event ? event->client_ip->ToString() : "none";
  };
  EXPECT_EQ(address(R"({"ts":1,"client_ip":"10.1.1.1","forwarded_for":"192.0.2.1, 203.0.113.9"})"),
            "203.0.113.9");
  EXPECT_EQ(address(R"({"ts":1,"forwarded_for":"192.0.2.1","client_ip":"203.0.113.9"})"),
            "203.0.113.9");
}

TEST(RecordShape, HoldsNoLetterOrDigitOfTheRecord) {
  EXPECT_EQ(RecordShape("GET /Abc?k=ghp_9Z\t\x01\xc3\xa9"), "aaa /aaa?a=aaa_9a ?uu");
  EXPECT_EQ(RecordShape(std::string(500, 'x')), std::string(kMostShape, 'a') + "…");
}

}  // namespace
}  // namespace leaktrip::test

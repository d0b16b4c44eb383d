#include "detectors/access/access_parser.h"

#include <gtest/gtest.h>
#include <sys/mman.h>

#include <algorithm>
#include <string>

namespace leaktrip {
namespace {

std::string Reason(std::string_view record, AccessFormat format = AccessFormat::kAuto) {
  AccessParser parser(format);
  const auto event = parser.Parse(record);
  if (event) return "";
  EXPECT_NE(std::find(AccessParser::kReasons.begin(), AccessParser::kReasons.end(), event.error()),
            AccessParser::kReasons.end())
      << event.error();
  return std::string(event.error());
}

constexpr std::string_view kFull =
    R"({"ts":"2024-03-04T00:00:19.185Z","client_ip":"203.0.113.9","method":"GET","path":"/a?x=1","status":200,)"
    R"("token_sha256":"458d63f8ef7710764e8485cdfdcb658307c31fa1d88f19b3f825f845b746456a","user":"ada",)"
    R"("user_agent":"curl/8","host":"api.example","scope":"read","bytes":17,"service_account":true,)"
    R"("token_created":"2024-03-01T00:00:00Z","token_expires":1709596800,"other":{"deep":[1,{"a":null}]}})";

TEST(AccessParserNative, EveryFieldIsRead) {
  AccessParser parser(AccessFormat::kNative);
  const auto event = parser.Parse(kFull);
  ASSERT_TRUE(event) << event.error();
  EXPECT_EQ(FormatTime(event->ts), "2024-03-04T00:00:19.185Z");
  EXPECT_EQ(event->client_ip->ToString(), "203.0.113.9");
  EXPECT_EQ(event->method, "GET");
  EXPECT_EQ(event->path, "/a");
  EXPECT_EQ(event->status, 200);
  EXPECT_EQ(event->token->Hex().substr(0, 6), "458d63");
  EXPECT_EQ(event->user, "ada");
  EXPECT_EQ(event->user_agent, "curl/8");
  EXPECT_EQ(event->host, "api.example");
  EXPECT_EQ(event->scope, "read");
  EXPECT_EQ(event->bytes, 17u);
  EXPECT_TRUE(event->service_account);
  EXPECT_EQ(FormatTime(*event->token_created), "2024-03-01T00:00:00Z");
  EXPECT_EQ(FormatTime(*event->token_expires), "2024-03-05T00:00:00Z");
}

TEST(AccessParserNative, NullsAndAbsentFieldsAreEmpty) {
  AccessParser parser(AccessFormat::kNative);
  const auto event = parser.Parse(
      R"({"ts":1709510419.5,"client_ip":null,"status":null,"user":null,"token":null})");
  ASSERT_TRUE(event) << event.error();
  EXPECT_EQ(FormatTime(event->ts), "2024-03-04T00:00:19.500Z");
  EXPECT_FALSE(event->client_ip);
  EXPECT_FALSE(event->token);
  EXPECT_EQ(event->user, "");
}

TEST(AccessParserNative, TokenIsHashed) {
  AccessParser parser(AccessFormat::kNative);
  const auto event = parser.Parse(R"({"ts":1,"token":"secret-token"})");
  ASSERT_TRUE(event);
  EXPECT_EQ(event->token, Fingerprint::OfToken("secret-token"));
}

TEST(AccessParserNative, EscapesAreUndoneAndOutliveTheNextRecord) {
  AccessParser parser(AccessFormat::kNative);
  const std::string first = R"({"ts":1,"user":"a\u00e9\"b","user_agent":"plain"})";
  const auto a = parser.Parse(first);
  ASSERT_TRUE(a);
  ASSERT_TRUE(parser.Parse(R"({"ts":1,"user":"x\ny\u0041zzzzzzzzzzzz"})"));
  EXPECT_EQ(a->user, "a\xc3\xa9\"b");
  EXPECT_EQ(a->user_agent.data(), first.data() + first.find("plain"));
}

TEST(AccessParserNative, BadInputHasAReason) {
  EXPECT_EQ(Reason(""), "empty");
  EXPECT_EQ(Reason(" \n"), "empty");
  EXPECT_EQ(Reason("{"), "bad-json");
  EXPECT_EQ(Reason(R"({"ts":1)"), "bad-json");
  EXPECT_EQ(Reason(R"({"ts":1} trailing)"), "bad-json");
  EXPECT_EQ(Reason(R"({"ts":1}{"ts":2})"), "bad-json");
  EXPECT_EQ(Reason("[]", AccessFormat::kNative), "bad-json");
  EXPECT_EQ(Reason(R"({"user":"a"})"), "no-time");
  EXPECT_EQ(Reason(R"({"ts":null})"), "no-time");
  EXPECT_EQ(Reason(R"({"ts":"yesterday"})"), "bad-time");
  EXPECT_EQ(Reason(R"({"ts":-1})"), "bad-time");
  EXPECT_EQ(Reason(R"({"ts":1e300})"), "bad-time");
  EXPECT_EQ(Reason(R"({"ts":1,"status":"no"})"), "bad-status");
  EXPECT_EQ(Reason(R"({"ts":1,"status":99999})"), "bad-status");
  EXPECT_EQ(Reason(R"({"ts":1,"client_ip":"1.2.3"})"), "bad-address");
  EXPECT_EQ(Reason(R"({"ts":1,"token_sha256":"abc"})"), "bad-token");
  EXPECT_EQ(Reason(R"({"ts":1,"user":["a"]})"), "bad-type");
  EXPECT_EQ(Reason(R"({"ts":1,"user":{}})"), "bad-type");
  EXPECT_EQ(Reason(std::string_view("{\"ts\":1,\"user\":\"a\0b\"}", 21)), "bad-json");
  EXPECT_EQ(Reason("{\"ts\":1,\"user\":\"\xff\xfe\"}"), "bad-json");
  EXPECT_EQ(Reason(std::string(5 << 20, '{')), "too-large");
}

TEST(AccessParserNative, DeepNestingIsRefusedOrSkippedButNeverCrashes) {
  std::string deep =
      R"({"ts":1,"x":)" + std::string(100'000, '[') + std::string(100'000, ']') + "}";
  Reason(deep);
  Reason(R"({"ts":1,"x":)" + std::string(100'000, '['));
}

// A word that begins like null once threw out of the parser.
TEST(AccessParserNative, WordThatOnlyBeginsLikeNullIsRefused) {
  EXPECT_EQ(Reason(R"({"ts":1709510419,"user":nul":"10.0.0.2","x":1})"), "bad-json");
  EXPECT_EQ(Reason(R"({"ts":1709510419,"user":nulL})"), "bad-json");
}

TEST(AccessParserNative, EveryCutOfARecordIsRefused) {
  for (size_t size = 0; size < kFull.size(); ++size) EXPECT_NE(Reason(kFull.substr(0, size)), "");
}

// The record ends exactly where readable memory ends: looking past it would kill this test.
TEST(AccessParserNative, NeverReadsPastTheLastPage) {
  char* pages = static_cast<char*>(
      ::mmap(nullptr, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  ASSERT_NE(pages, MAP_FAILED);
  ASSERT_EQ(::mprotect(pages + 4096, 4096, PROT_NONE), 0);
  AccessParser parser(AccessFormat::kNative);
  for (size_t gap = 0; gap < 130; ++gap) {
    char* start = pages + 4096 - kFull.size() - gap;
    std::copy(kFull.begin(), kFull.end(), start);
    const auto event = parser.Parse({start, kFull.size()});
    ASSERT_TRUE(event) << gap;
    EXPECT_EQ(event->user.data(), start + kFull.find("ada"));
  }
  ::munmap(pages, 8192);
}

TEST(AccessParserNcsa, CombinedLineIsRead) {
  AccessParser parser(AccessFormat::kAuto);
  const auto event = parser.Parse(
      R"(203.0.113.9 - ada [10/Oct/2023:13:55:36 -0700] "GET /a/b?x=1 HTTP/1.1" 200 2326 "http://e/" "Mozilla \"5\"")");
  ASSERT_TRUE(event) << event.error();
  EXPECT_EQ(FormatTime(event->ts), "2023-10-10T20:55:36Z");
  EXPECT_EQ(event->client_ip->ToString(), "203.0.113.9");
  EXPECT_EQ(event->user, "ada");
  EXPECT_EQ(event->method, "GET");
  EXPECT_EQ(event->path, "/a/b");
  EXPECT_EQ(event->status, 200);
  EXPECT_EQ(event->bytes, 2326u);
  EXPECT_EQ(event->user_agent, R"(Mozilla \"5\")");
}

TEST(AccessParserNcsa, CommonLineAndVirtualHostAreRead) {
  AccessParser parser(AccessFormat::kAuto);
  auto event =
      parser.Parse(R"(2001:db8::1 - - [10/Oct/2023:13:55:36 +0000] "HEAD / HTTP/2.0" 304 -)");
  ASSERT_TRUE(event);
  EXPECT_EQ(event->user, "");
  EXPECT_EQ(event->client_ip->ToString(), "2001:db8::1");
  event = parser.Parse(
      R"(api.example:443 203.0.113.9 - - [10/Oct/2023:13:55:36 +0000] "GET / HTTP/1.1" 200 1)");
  ASSERT_TRUE(event);
  EXPECT_EQ(event->host, "api.example");
  EXPECT_EQ(event->client_ip->ToString(), "203.0.113.9");
}

TEST(AccessParserNcsa, TokenInTheQueryIsHashedWhenItIsRandomEnough) {
  AccessParser parser(AccessFormat::kAuto);
  const auto line = [](std::string_view target) {
    return "203.0.113.9 - - [10/Oct/2023:13:55:36 +0000] \"GET " + std::string(target) +
           " HTTP/1.1\" 200 1 \"-\" \"c\"";
  };
  auto event = parser.Parse(line("/x?a=1&Access_Token=k3J9qLz7Xw2Vb5Nm8PtR4&b=2"));
  ASSERT_TRUE(event && event->token);
  EXPECT_EQ(event->token, Fingerprint::OfToken("k3J9qLz7Xw2Vb5Nm8PtR4"));
  event = parser.Parse(line("/x?token=k3J9qLz7Xw2Vb5Nm8PtR%2F"));
  ASSERT_TRUE(event && event->token);
  EXPECT_EQ(event->token, Fingerprint::OfToken("k3J9qLz7Xw2Vb5Nm8PtR/"));
  EXPECT_FALSE(parser.Parse(line("/x?token=next-page"))->token);
  EXPECT_FALSE(parser.Parse(line("/x?token=aaaaaaaaaaaaaaaaaaaaaaaaaaaa"))->token);
  EXPECT_FALSE(parser.Parse(line("/x?page=k3J9qLz7Xw2Vb5Nm8PtR4"))->token);
}

TEST(AccessParserNcsa, BadLinesHaveAReason) {
  EXPECT_EQ(Reason("hello"), "bad-line");
  EXPECT_EQ(Reason("1.2.3.4 - - [x] \"GET / HTTP/1.1\" 200 1"), "bad-time");
  EXPECT_EQ(Reason("1.2.3.4 - - [10/Oct/2023:13:55:36 +0000] \"GET /"), "bad-line");
  EXPECT_EQ(Reason("1.2.3.4 - - [10/Oct/2023:13:55:36 +0000] \"GET / HTTP/1.1\" abc 1"),
            "bad-status");
  EXPECT_EQ(Reason("1.2.3.4 - - [10/Foo/2023:13:55:36 +0000] \"GET / HTTP/1.1\" 200 1"),
            "bad-time");
}

TEST(AccessParserNcsa, EveryCutOfALineIsReadOrRefused) {
  const std::string line =
      R"(203.0.113.9 - ada [10/Oct/2023:13:55:36 -0700] "GET /a\" HTTP/1.1" 200 2326 "-" "x\")";
  for (size_t size = 0; size <= line.size(); ++size) Reason(line.substr(0, size));
}

}  // namespace
}  // namespace leaktrip

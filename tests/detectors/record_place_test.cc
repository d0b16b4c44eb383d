#include "detectors/record_place.h"

#include <gtest/gtest.h>

namespace leaktrip {
namespace {

std::string Said(std::string_view record) {
  const RecordPlace place = PlaceOf(record);
  return place.host + " " + place.path;
}

TEST(RecordPlace, IsReadFromTheUsualShapes) {
  EXPECT_EQ(Said(R"({"host":"web-1","path":"/v1/items?x=1","msg":"y"})"), "web-1 /v1/items");
  EXPECT_EQ(Said(R"({"host":{"name":"web-1"},"log":{"file":{"path":"/var/log/a.log"}}})"),
            "web-1 /var/log/a.log");
  EXPECT_EQ(Said(R"({"kubernetes":{"pod_name":"api-7"},"request":{"uri":"/a/b"}})"), "api-7 /a/b");
  EXPECT_EQ(Said(R"({"url":"https://u:p@api.example/login?next=/"})"), " /login");
  EXPECT_EQ(Said(R"(192.0.2.1 - - [24/Nov/2026:10:00:00 +0000] "GET /a?t=1 HTTP/1.1" 200 5)"),
            " /a");
  EXPECT_EQ(Said("<13>Nov 24 10:00:00 web-1 app[7]: hello"), "web-1 ");
  EXPECT_EQ(Said("<13>1 2026-11-24T10:00:00Z web-1 app - - - hello"), "web-1 ");
  EXPECT_EQ(Said("level=info host=web-1 path=\"/a b\" msg=x"), "web-1 /a");
}

TEST(RecordPlace, IsEmptyWhereNothingIsSaid) {
  for (const auto* record : {"", "{", "{\"host\":7}", "hello world", "[1,2]", "Nov", "host="})
    EXPECT_EQ(Said(record), " ") << record;
}

TEST(RecordPlace, PathHoldsNoPartThatLooksRandom) {
  EXPECT_EQ(PlainPath("/reset/9f86d081884c7d659a2feaa0"), "/reset/*");
  EXPECT_EQ(PlainPath("/orders/1234567/items"), "/orders/*/items");
  EXPECT_EQ(PlainPath("/v2/a/***/b#frag"), "/v2/a/*/b");
  EXPECT_LE(PlainPath("/" + std::string(5000, 'a')).size(), 132u);
}

}  // namespace
}  // namespace leaktrip

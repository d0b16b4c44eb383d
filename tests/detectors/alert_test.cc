#include "detectors/alert.h"

#include <gtest/gtest.h>

namespace leaktrip {
namespace {

Alert Full() {
  Alert alert;
  alert.id = AlertId({"token", "ab"});
  alert.revision = 3;
  alert.type = "leak.updated";
  alert.ts = 1'700'000'000'123;
  alert.detector = "leaked-token-used";
  alert.entity = "token:ab";
  alert.entities = {"token:ab", "user:ada"};
  alert.score = 10.125;
  alert.threshold = 1;
  alert.severity = Severity::kCritical;
  alert.summary = "A leaked token is in use.";
  alert.reasons = {"one", "two \"quoted\""};
  alert.leak.emplace();
  alert.leak->rule = "acme-token";
  alert.leak->fingerprint = "ab";
  alert.leak->confidence = Confidence::kHigh;
  alert.leak->decoded = {"base64"};
  alert.leak->expires = 1'700'000'000'000;
  alert.leak->first = {"logs", 2, 17};
  alert.leak->count = 5;
  alert.leak->topics = {"logs"};
  alert.leak->hosts = {"web-1"};
  alert.leak->paths = {"/a", "/b"};
  return alert;
}

TEST(Alert, JsonHasTheKeysOfTheContractInOrder) {
  const std::string json = AlertJson(Full());
  size_t last = 0;
  for (const char* key :
       {"\"id\":", "\"ts\":\"2023-11-14T22:13:20.123Z\"", "\"detector\":", "\"entity\":",
        "\"entities\":", "\"score\":", "\"threshold\":", "\"severity\":\"critical\"",
        "\"summary\":", "\"reasons\":", "\"type\":", "\"revision\":", "\"leak\":"}) {
    const size_t at = json.find(key, last);
    ASSERT_NE(at, std::string::npos) << key;
    last = at;
  }
  EXPECT_EQ(json.find('\n'), std::string::npos);
}

TEST(Alert, ParsedJsonIsTheSameAlert) {
  const std::string json = AlertJson(Full());
  const auto parsed = ParseAlert(json);
  ASSERT_TRUE(parsed);
  EXPECT_EQ(AlertJson(*parsed), json);
  Alert plain = Full();
  plain.leak.reset();
  EXPECT_EQ(AlertJson(*ParseAlert(AlertJson(plain))), AlertJson(plain));
}

TEST(Alert, StoredBeforeHostsAndPathsWereKeptIsStillRead) {
  std::string json = AlertJson(Full());
  const std::string added = ",\"hosts\":[\"web-1\"],\"paths\":[\"/a\",\"/b\"]";
  ASSERT_NE(json.find(added), std::string::npos);
  json.erase(json.find(added), added.size());
  const auto parsed = ParseAlert(json);
  ASSERT_TRUE(parsed);
  EXPECT_TRUE(parsed->leak->hosts.empty());
}

TEST(Alert, AnythingElseIsNotAnAlert) {
  for (const char* text : {"", "{", "[]", "{}", "null", "{\"id\":1}"})
    EXPECT_FALSE(ParseAlert(text)) << text;
  const std::string json = AlertJson(Full());
  for (size_t size = 0; size < json.size(); ++size) EXPECT_FALSE(ParseAlert(json.substr(0, size)));
}

TEST(Alert, BadUtf8IsReplaced) {
  Alert alert = Full();
  alert.summary = "a\xff";
  EXPECT_TRUE(ParseAlert(AlertJson(alert)));
}

TEST(Alert, IdDependsOnWhereItsPartsEnd) {
  EXPECT_EQ(AlertId({"a", "b"}).size(), 27u);
  EXPECT_TRUE(AlertId({"a", "b"}).starts_with("lt-"));
  EXPECT_NE(AlertId({"ab", "c"}), AlertId({"a", "bc"}));
}

}  // namespace
}  // namespace leaktrip

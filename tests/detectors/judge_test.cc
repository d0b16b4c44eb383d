#include "detectors/judge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "detectors/leak/rule.h"
#include "tests/access/access_bed.h"

namespace leaktrip {
namespace {

using testing::Contains;
using testing::HasSubstr;

constexpr Millis kNow = kTestStart + 30 * kDay;

const Rule& TestRule(bool guessable = false) {
  static Rule rules[2];
  Rule& rule = rules[guessable];
  rule.id = "acme-token";
  rule.name = "Acme token";
  rule.provider = "acme";
  rule.kind = "api-token";
  rule.guessable = guessable;
  return rule;
}

Finding Leak(std::string_view token, Severity severity = Severity::kHigh,
             Confidence confidence = Confidence::kHigh, bool guessable = false) {
  Finding finding;
  finding.rule = &TestRule(guessable);
  finding.severity = severity;
  finding.confidence = confidence;
  finding.fingerprint = Fingerprint::OfToken(token);
  finding.redacted = "acme…1234";
  return finding;
}

RecordOrigin At(Millis ts, int64_t offset = 7) { return {"logs", 0, offset, ts}; }

std::unique_ptr<Judge> MakeJudge(Judge::Options options = {}) {
  auto networks = Networks::FromCsv(kTestNetworks, "test.csv");
  Errors errors;
  return std::make_unique<Judge>(DetectorSet::Make({}, {}, *networks, &errors), options);
}

AccessEvent Use(Millis ts, std::string_view ip, std::string_view user, std::string_view token,
                uint16_t status = 200) {
  AccessEvent event;
  event.ts = ts;
  event.client_ip = IpAddress::Parse(ip);
  event.user = user;
  event.token = Fingerprint::OfToken(token);
  event.status = status;
  event.method = "GET";
  event.path = "/api";
  event.user_agent = "agent/1";
  return event;
}

// Weeks of work of many people at home, so that a strange place is one.
void Habits(Judge* judge) {
  static const std::string users[] = {"ada", "bob", "cyd", "dan", "eve", "fay", "gil", "hal"};
  for (int day = 0; day < 25; ++day)
    for (int hour = 8; hour < 16; hour += 2)
      for (size_t u = 0; u < 8; ++u)
        judge->OnAccess(Use(kTestStart + day * kDay + hour * kHour,
                            "192.0.2." + std::to_string(u + 1), users[u], "tok-" + users[u]));
  judge->TakeAlerts();
}

const std::string kTokenId = AlertId({"token", Fingerprint::OfToken("tok-ada").Hex()});

TEST(Judge, LeakIsOneAlertWithACountAndSaysWhoseItIs) {
  auto judge = MakeJudge();
  Habits(judge.get());
  for (int i = 0; i < 100; ++i) judge->OnFinding(Leak("tok-ada"), At(kNow + i, i));
  const auto alerts = judge->TakeAlerts();
  ASSERT_EQ(alerts.size(), 1u);
  EXPECT_EQ(alerts[0].id, kTokenId);
  EXPECT_EQ(alerts[0].type, "leak.detected");
  EXPECT_EQ(alerts[0].detector, "leak");
  EXPECT_EQ(alerts[0].leak->redacted, "acme…1234");
  EXPECT_THAT(alerts[0].entities, Contains("user:ada"));
  EXPECT_THAT(alerts[0].reasons, Contains("it belongs to ada"));
  EXPECT_THAT(alerts[0].reasons, Contains(HasSubstr("from 192.0.2.1, 100 uses")));
}

RecordOrigin From(Millis ts, std::string_view topic, std::string_view host, std::string_view path) {
  return {.topic = topic, .partition = 0, .offset = 7, .ts = ts, .host = host, .path = path};
}

TEST(Judge, LeakSaysInWhichTopicsHostsAndPathsItStoodAndIsRaisedAgainOnlyWhenWorse) {
  auto judge = MakeJudge();
  judge->OnFinding(Leak("t"), From(kNow, "logs", "web-1", "/a"));
  for (int i = 0; i < 100; ++i) {
    const std::string number = std::to_string(i);
    judge->OnFinding(Leak("t"), From(kNow + i, "logs", "host-" + number, "/p/" + number));
  }
  EXPECT_EQ(judge->TakeAlerts().size(), 1u);
  judge->OnFinding(Leak("t", Severity::kCritical), From(kNow - 5, "app", "web-1", ""));
  const auto alerts = judge->TakeAlerts();
  ASSERT_EQ(alerts.size(), 1u);
  const LeakDetails& leak = *alerts[0].leak;
  EXPECT_EQ(alerts[0].type, "leak.updated");
  EXPECT_EQ(alerts[0].revision, 2u);
  EXPECT_EQ(leak.count, 102u);
  EXPECT_EQ(leak.first_seen, kNow - 5);
  EXPECT_EQ(leak.last_seen, kNow + 99);
  EXPECT_EQ(leak.topics, (std::vector<std::string>{"logs", "app"}));
  EXPECT_EQ(leak.hosts.size(), 16u);
  EXPECT_EQ(leak.hosts[0], "web-1");
  EXPECT_EQ(leak.paths.size(), 16u);
  EXPECT_EQ(leak.paths[0], "/a");
}

TEST(Judge, UseOfALeakedTokenRaisesTheSameAlertToCritical) {
  auto judge = MakeJudge();
  Habits(judge.get());
  judge->OnFinding(Leak("tok-ada"), At(kNow));
  judge->OnAccess(Use(kNow + kMinute, "198.51.100.7", "ada", "tok-ada"));
  const auto alerts = judge->TakeAlerts();
  ASSERT_EQ(alerts.size(), 2u);
  EXPECT_EQ(alerts[1].id, alerts[0].id);
  EXPECT_EQ(alerts[1].revision, 2u);
  EXPECT_EQ(alerts[1].detector, "leaked-token-used");
  EXPECT_EQ(alerts[1].type, "leak.updated");
  EXPECT_EQ(alerts[1].severity, Severity::kCritical);
  EXPECT_THAT(alerts[1].reasons[0],
              HasSubstr("used from 198.51.100.7 (AS64501 Example Hosting, US) at "));
  EXPECT_TRUE(alerts[1].leak);
}

TEST(Judge, CriticalLeakIsStillRaisedAgainWhenUsed) {
  auto judge = MakeJudge();
  judge->OnFinding(Leak("tok-ada", Severity::kCritical), At(kNow));
  judge->OnAccess(Use(kNow + 1, "198.51.100.7", "ada", "tok-ada"));
  EXPECT_EQ(judge->TakeAlerts().size(), 2u);
}

TEST(Judge, UnusualUseFirstThenTheLeakIsTheSameAlert) {
  auto judge = MakeJudge();
  Habits(judge.get());
  AccessEvent strange = Use(kNow, "198.51.100.7", "ada", "tok-ada");
  strange.user_agent = "other";
  judge->OnAccess(strange);
  auto alerts = judge->TakeAlerts();
  ASSERT_EQ(alerts.size(), 1u);
  EXPECT_EQ(alerts[0].detector, "unusual-address");
  EXPECT_EQ(alerts[0].id, kTokenId);
  judge->OnFinding(Leak("tok-ada"), At(kNow + kHour));
  alerts = judge->TakeAlerts();
  ASSERT_EQ(alerts.size(), 1u);
  EXPECT_EQ(alerts[0].id, kTokenId);
  EXPECT_EQ(alerts[0].revision, 2u);
  EXPECT_EQ(alerts[0].type, "leak.detected");
  EXPECT_EQ(alerts[0].severity, Severity::kCritical);
}

TEST(Judge, ReportOfSomebodyElseIsRaisedWhenTheTokenIsUsed) {
  auto judge = MakeJudge();
  judge->OnLeakReport(Fingerprint::OfToken("tok-ada"), {kNow, "paste"});
  EXPECT_TRUE(judge->TakeAlerts().empty());
  judge->OnAccess(Use(kNow + 1, "198.51.100.7", "ada", "tok-ada"));
  const auto alerts = judge->TakeAlerts();
  ASSERT_EQ(alerts.size(), 1u);
  EXPECT_EQ(alerts[0].id, kTokenId);
  EXPECT_EQ(alerts[0].type, "leak.detected");
}

TEST(Judge, UseAfterRevocationOfALeakedTokenRaisesTheSameAlert) {
  auto judge = MakeJudge();
  Habits(judge.get());
  judge->OnFinding(Leak("tok-ada"), At(kNow));
  judge->OnRevocation(Fingerprint::OfToken("tok-ada"), {kNow + 1, "ada", "leaktrip"});
  judge->OnAccess(Use(kNow + kHour, "198.51.100.7", "ada", "tok-ada"));
  const auto alerts = judge->TakeAlerts();
  ASSERT_GE(alerts.size(), 2u);
  EXPECT_EQ(alerts.back().id, kTokenId);
  EXPECT_EQ(alerts.back().type, "leak.revoked");
  EXPECT_EQ(alerts.back().detector, "revoked-token-used");
}

TEST(Judge, WeakFindingsAreCountedNotRaised) {
  auto judge = MakeJudge();
  judge->OnFinding(Leak("x", Severity::kHigh, Confidence::kLow), At(kNow));
  EXPECT_TRUE(judge->TakeAlerts().empty());
  EXPECT_EQ(judge->ignored_findings(), 1u);
}

TEST(Judge, NothingOfAGuessableSecretIsShown) {
  auto judge = MakeJudge();
  judge->OnFinding(Leak("hunter2", Severity::kHigh, Confidence::kHigh, true), At(kNow));
  const auto alerts = judge->TakeAlerts();
  ASSERT_EQ(alerts.size(), 1u);
  EXPECT_EQ(alerts[0].leak->redacted, "");
}

TEST(Judge, OpenAlertsAreBounded) {
  auto judge = MakeJudge({.max_open_alerts = 10});
  for (int i = 0; i < 100; ++i) judge->OnFinding(Leak("t" + std::to_string(i)), At(kNow + i));
  EXPECT_EQ(judge->open_alerts(), 10u);
  EXPECT_EQ(judge->evictions(), 90u);
}

// One stream of findings and uses; `split` says after which steps alerts are taken, and `restore`
// whether the judge is replaced by one made from its saved state there.
std::string Story(int split, bool restore) {
  auto judge = MakeJudge();
  Habits(judge.get());
  std::map<std::string, std::string> saved;
  std::string out;
  static const std::string users[] = {"ada", "bob", "cyd"};
  for (int i = 0; i < 240; ++i) {
    const std::string& user = users[i % 3];
    const Millis ts = kNow + i * 10 * kMinute;
    if (i % 40 == 5) judge->OnFinding(Leak("tok-" + user), At(ts, i));
    if (i % 90 == 80) judge->OnRevocation(Fingerprint::OfToken("tok-" + user), {ts, user, "user"});
    judge->OnAccess(Use(ts,
                        i % 8 == 3    ? "198.51.100.7"
                        : i % 11 == 4 ? "203.0.113.5"
                                      : "192.0.2.1",
                        user, "tok-" + user, i % 13 == 6 ? 401 : 200));
    if (i % split != 0) continue;
    for (const auto& alert : judge->TakeAlerts()) out += AlertJson(alert) + "\n";
    if (!restore) continue;
    judge->Save([&](std::string_view key, std::optional<std::string_view> value) {
      if (value) {
        saved[std::string(key)] = *value;
      } else {
        saved.erase(std::string(key));
      }
    });
    judge = MakeJudge();
    for (const auto& [key, value] : saved) EXPECT_TRUE(judge->Restore(key, value)) << key;
  }
  for (const auto& alert : judge->TakeAlerts()) out += AlertJson(alert) + "\n";
  return out;
}

TEST(Judge, AnyBatchingGivesTheSameAlerts) {
  const std::string expected = Story(1, false);
  EXPECT_GT(std::count(expected.begin(), expected.end(), '\n'), 5);
  EXPECT_EQ(Story(7, false), expected);
  EXPECT_EQ(Story(1000, false), expected);
}

TEST(Judge, RestoredAtAnyEventGivesTheSameAlerts) {
  const std::string expected = Story(1, false);
  EXPECT_EQ(Story(1, true), expected);
  EXPECT_EQ(Story(13, true), expected);
}

}  // namespace
}  // namespace leaktrip

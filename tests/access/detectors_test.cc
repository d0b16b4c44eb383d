#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "detectors/access/detector_settings.h"
#include "tests/access/access_bed.h"

namespace leaktrip {
namespace {

using testing::HasSubstr;

constexpr Millis kNow = kTestStart + 30 * kDay;

std::vector<Anomaly> Append(std::vector<Anomaly> all, std::vector<Anomaly> more) {
  for (auto& a : more) all.push_back(std::move(a));
  return all;
}

TEST(FailedAttempts, ManyRefusalsFromOneStrangeSourceAreOneCase) {
  AccessBed bed;
  bed.Habit("ada", "192.0.2.1", 10);
  std::vector<Anomaly> all;
  for (int i = 0; i < 40; ++i)
    all = Append(all, bed.Feed(kNow + i * kMinute, "203.0.113.9", "ada", 401));
  ASSERT_EQ(Ids(all), "failed-attempts");
  EXPECT_EQ(all[0].entity, "ip:203.0.113.9");
  EXPECT_EQ(all[0].started, kNow);
  EXPECT_GE(all[0].score, all[0].threshold);
  EXPECT_FALSE(all[0].reasons.empty());
}

TEST(FailedAttempts, MistypedPasswordsAtHomeAreQuiet) {
  AccessBed bed;
  bed.Habit("ada", "192.0.2.1", 10);
  for (int i = 0; i < 12; ++i)
    EXPECT_EQ(Ids(bed.Feed(kNow + i * kMinute, "192.0.2.77", "ada", 401)), "");
}

TEST(FailedAttempts, LongRunAtHomeIsFound) {
  AccessBed bed;
  bed.Habit("ada", "192.0.2.1", 10);
  std::vector<Anomaly> all;
  for (int i = 0; i < 60; ++i)
    all = Append(all, bed.Feed(kNow + i * 1000, "192.0.2.1", "ada", 401));
  EXPECT_EQ(Ids(all), "failed-attempts");
}

TEST(TargetedAccount, OneAccountGuessedAtFromManyNetworksIsFound) {
  AccessBed bed;
  bed.Habit("ada", "192.0.2.1", 10);
  std::vector<Anomaly> all;
  for (int i = 0; i < 8; ++i)
    all = Append(all,
                 bed.Feed(kNow + i * 10 * kMinute, "8.8." + std::to_string(i) + ".1", "ada", 401));
  ASSERT_EQ(Ids(all), "targeted-account");
  EXPECT_EQ(all[0].entity, "user:ada");
}

TEST(TokenEnumeration, EnumeratedTokensAreFound) {
  AccessBed bed;
  std::vector<Anomaly> all;
  for (int i = 0; i < 8; ++i)
    all = Append(all,
                 bed.Feed(kNow + i * kMinute, "203.0.113.9", "", 401, "guess" + std::to_string(i)));
  ASSERT_EQ(Ids(all), "token-enumeration");
  EXPECT_THAT(all[0].summary, HasSubstr("never valid"));
}

TEST(TokenEnumeration, RotatedTokenOfAForgottenJobIsQuiet) {
  AccessBed bed;
  bed.Habit("job", "192.0.2.1", 10, "old-token");
  for (int i = 0; i < 100; ++i)
    EXPECT_EQ(Ids(bed.Feed(kNow + i * kMinute, "192.0.2.1", "job", 401, "old-token")), "");
  EXPECT_EQ(Ids(bed.Feed(kNow + 2 * kHour, "192.0.2.1", "job", 200, "new-token")), "");
}

TEST(PasswordSpraying, OneSourceOverManyAccountsIsFoundOnce) {
  AccessBed bed;
  std::vector<Anomaly> all;
  for (int i = 0; i < 9; ++i)
    all = Append(all, bed.Feed(kNow + i * kMinute, "203.0.113.9", "user" + std::to_string(i), 401));
  ASSERT_EQ(Ids(all), "password-spraying");
  EXPECT_EQ(all[0].entity, "ip:203.0.113.9");
  EXPECT_THAT(all[0].entities, testing::Contains("user:user0"));
}

TEST(PasswordSpraying, SharedSourceWithSuccessesIsQuiet) {
  AccessBed bed;
  bed.Habit("colleague", "10.1.1.1", 5);
  for (int i = 0; i < 6; ++i) {
    EXPECT_EQ(Ids(bed.Feed(kNow + i * kHour, "10.1.1.1", "user" + std::to_string(i), 401)), "");
    for (int k = 1; k < 4; ++k)
      EXPECT_EQ(Ids(bed.Feed(kNow + i * kHour + k * kMinute, "10.1.1.1", "colleague", 200)), "");
  }
}

TEST(CredentialStuffing, CampaignOverManySourcesIsOneGlobalCase) {
  AccessBed bed;
  std::vector<Anomaly> all;
  for (int i = 0; i < 200; ++i)  // the normal: a refusal every 15 minutes
    all = Append(all, bed.Feed(kNow + i * 15 * kMinute, "8." + std::to_string(i) + ".0.1",
                               "n" + std::to_string(i), 401));
  ASSERT_EQ(Ids(all), "");
  for (int i = 0; i < 60; ++i)
    all = Append(all, bed.Feed(kNow + 3 * kDay + i * 10'000, "9." + std::to_string(i) + ".0.1",
                               "v" + std::to_string(i), 401));
  ASSERT_EQ(Ids(all), "credential-stuffing");
  EXPECT_EQ(all[0].entity, "global");
}

TEST(SuccessAfterFailures, GuessedPasswordIsCriticalAndRaisedOnce) {
  AccessBed bed;
  bed.Habit("ada", "192.0.2.1", 10);
  auto guess = bed.Event(kNow, "203.0.113.9", "ada", 401);
  guess.user_agent = "guesser/1";
  for (int i = 0; i < 5; ++i, guess.ts += kMinute) bed.Feed(guess);
  guess.ts = kNow + kHour;
  guess.status = 200;
  const auto raised = bed.Feed(guess);
  ASSERT_THAT(Ids(raised), HasSubstr("success-after-failures"));
  EXPECT_EQ(raised[0].severity, Severity::kCritical);
  EXPECT_EQ(raised[0].entity, "user:ada");
  EXPECT_EQ(Ids(bed.Feed(kNow + kHour + 1000, "203.0.113.9", "ada", 200)), "");
}

TEST(SuccessAfterFailures, MistypingAtHomeIsQuiet) {
  AccessBed bed;
  bed.Habit("ada", "192.0.2.1", 10);
  for (int i = 0; i < 6; ++i) bed.Feed(kNow + i * 1000, "192.0.2.1", "ada", 401);
  EXPECT_EQ(Ids(bed.Feed(kNow + kMinute, "192.0.2.1", "ada", 200)), "");
}

TEST(LeakedTokenUsed, IsRaisedAgainOnlyWhenUseGetsWorse) {
  AccessBed bed;
  bed.Habit("ada", "192.0.2.1", 10, "tok");
  bed.set().knowledge().AddLeak(Fingerprint::OfToken("tok"), {kNow, "paste"});
  EXPECT_EQ(Ids(bed.Feed(kNow, "192.0.2.1", "ada", 200, "tok")), "") << "the leaking line itself";
  const auto own = bed.Feed(kNow + 1, "192.0.2.1", "ada", 200, "tok");
  ASSERT_EQ(Ids(own), "leaked-token-used");
  EXPECT_EQ(own[0].severity, Severity::kCritical);
  EXPECT_EQ(Ids(bed.Feed(kNow + 2, "192.0.2.1", "ada", 200, "tok")), "");
  const auto foreign = bed.Feed(kNow + 3, "203.0.113.9", "ada", 200, "tok");
  ASSERT_THAT(Ids(foreign), HasSubstr("leaked-token-used"));
  EXPECT_THAT(foreign[0].reasons[0], HasSubstr("203.0.113.9 (AS64502 Far Telecom, CL)"));
}

TEST(RevokedTokenUsed, SuccessAfterRevocationIsCritical) {
  AccessBed bed;
  bed.Habit("ada", "192.0.2.1", 10, "tok");
  bed.set().knowledge().AddRevocation(Fingerprint::OfToken("tok"), {kNow, "ada", "user"});
  EXPECT_EQ(Ids(bed.Feed(kNow + 1000, "192.0.2.1", "ada", 200, "tok")), "") << "grace";
  EXPECT_EQ(Ids(bed.Feed(kNow + 50 * kMinute, "192.0.2.1", "ada", 200, "tok")), "")
      << "the owner's access token lives for an hour";
  const auto raised = bed.Feed(kNow + 2 * kHour, "192.0.2.1", "ada", 200, "tok");
  ASSERT_EQ(Ids(raised), "revoked-token-used");
  EXPECT_EQ(raised[0].severity, Severity::kCritical);
}

TEST(RevokedTokenUsed, ThirdRefusalFromAStrangePlaceIsFoundTheOwnersOwnIsQuiet) {
  AccessBed bed;
  bed.Habit("ada", "192.0.2.1", 10, "tok");
  bed.set().knowledge().AddRevocation(Fingerprint::OfToken("tok"), {kNow, "ada", "user"});
  for (int i = 0; i < 50; ++i)
    EXPECT_EQ(Ids(bed.Feed(kNow + kHour + i, "192.0.2.1", "ada", 401, "tok")), "");
  EXPECT_EQ(Ids(bed.Feed(kNow + 2 * kHour, "198.51.100.7", "ada", 401, "tok")), "");
  EXPECT_EQ(Ids(bed.Feed(kNow + 2 * kHour + 1, "198.51.100.7", "ada", 401, "tok")), "");
  EXPECT_EQ(Ids(bed.Feed(kNow + 2 * kHour + 2, "198.51.100.7", "ada", 401, "tok")),
            "revoked-token-used");
}

TEST(UnusualAddress, StolenTokenFromARentedMachineAbroadIsFoundOnce) {
  AccessBed bed;
  for (int u = 0; u < 12; ++u)
    bed.Habit("user" + std::to_string(u), "192.0.2." + std::to_string(u + 1), 20);
  bed.Habit("ada", "192.0.2.99", 20, "tok");
  auto theft = bed.Event(kTestStart + 21 * kDay + 3 * kHour, "198.51.100.7", "ada", 200, "tok");
  theft.user_agent = "loot/1";
  const auto raised = bed.Feed(theft);
  ASSERT_EQ(Ids(raised), "unusual-address");
  EXPECT_THAT(raised[0].entity, testing::StartsWith("token:"));
  EXPECT_THAT(raised[0].reasons, testing::Contains(HasSubstr("new country")));
  EXPECT_THAT(raised[0].reasons, testing::Contains(HasSubstr("never had")));
  EXPECT_EQ(Ids(bed.Feed(kTestStart + 22 * kDay, "198.51.100.8", "ada", 200, "tok")), "");
}

TEST(UnusualAddress, ThiefWithTheVictimsAgentIsFoundByWhatHeAsksFor) {
  AccessBed bed;
  for (int u = 0; u < 12; ++u)
    bed.Habit("user" + std::to_string(u), "192.0.2." + std::to_string(u + 1), 20);
  bed.Habit("ada", "192.0.2.99", 20, "tok");
  std::vector<Anomaly> all;
  Millis ts = kTestStart + 21 * kDay + 3 * kHour;
  for (const char* path : {"/api/me", "/api/users", "/api/secrets", "/api/export"}) {
    auto event = bed.Event(ts += 10'000, "203.0.113.7", "ada", 200, "tok");
    event.path = path;
    all = Append(all, bed.Feed(event));
  }
  ASSERT_EQ(Ids(all), "unusual-address unusual-address") << "again when it is certain";
  EXPECT_THAT(all[1].reasons[0], HasSubstr("sensitive things"));
}

TEST(UnusualAddress, KnownPlacesAndNeighboursAreQuiet) {
  AccessBed bed;
  bed.Habit("ada", "192.0.2.1", 20);
  for (int i = 0; i < 20; ++i)
    EXPECT_EQ(Ids(bed.Feed(kTestStart + 21 * kDay + i * kHour, "192.0.2." + std::to_string(i + 1),
                           "ada", 200)),
              "");
}

TEST(DetectorSet, SettingsAreStrict) {
  EXPECT_THAT(AccessBed("access/failed-attempts.yaml", "familiar_failurs: 3\n").errors(),
              HasSubstr("access/failed-attempts.yaml:1:1: unknown key `familiar_failurs`"));
  EXPECT_THAT(AccessBed("access/failed-attemps.yaml", "").errors(), HasSubstr("did you mean"));
  EXPECT_THAT(AccessBed("access/unusual-address.yaml", "threshold: -1\n").errors(),
              HasSubstr("threshold"));
  EXPECT_EQ(AccessBed("access/unusual-address.yaml", "enabled: false\n").set().detectors().size(),
            DetectorKinds().size() - 1);
}

TEST(DetectorSet, RestoredAtAnyEventGoesOnAlike) {
  std::vector<AccessEvent> events;
  AccessBed maker;
  for (int i = 0; i < 400; ++i) {
    const bool attack = i % 3 == 0;
    auto event = maker.Event(kNow + i * 5 * kMinute, attack ? "203.0.113.9" : "192.0.2.1",
                             "user" + std::to_string(attack && i > 30 ? i : i % 7),
                             attack && i > 30 ? 401 : 200,
                             i % 5 == 0 && !attack ? "tok" + std::to_string(i % 4) : "");
    if (i % 11 == 0) event.path = "/api/users/17";
    events.push_back(event);
  }
  const auto words = [](const std::vector<Anomaly>& anomalies) {
    std::string text;
    for (const auto& a : anomalies)
      text += std::string(a.detector) + a.entity + FormatTime(a.started) + std::to_string(a.score) +
              a.reasons[0] + "\n";
    return text;
  };
  AccessBed whole;
  std::string expected;
  for (const auto& event : events) expected += words(whole.Feed(event));
  ASSERT_NE(expected, "");

  std::map<std::string, std::string> saved;
  std::string got;
  auto bed = std::make_unique<AccessBed>();
  for (size_t i = 0; i < events.size(); ++i) {
    got += words(bed->Feed(events[i]));
    if (i % 7 != 0) continue;
    bed->set().Save([&](std::string_view key, std::optional<std::string_view> value) {
      if (value)
        saved[std::string(key)] = *value;
      else
        saved.erase(std::string(key));
    });
    bed = std::make_unique<AccessBed>();
    for (const auto& [key, value] : saved) ASSERT_TRUE(bed->set().Restore(key, value)) << key;
  }
  EXPECT_EQ(got, expected);
}

TEST(DetectorSet, DamagedStateIsRefusedNotRead) {
  AccessBed bed;
  bed.Habit("ada", "192.0.2.1", 3, "tok");
  std::map<std::string, std::string> saved;
  bed.set().Save([&](std::string_view key, auto value) { saved[std::string(key)] = *value; });
  AccessBed other;
  for (const auto& [key, value] : saved)
    for (size_t cut = 0; cut < value.size(); ++cut)
      EXPECT_FALSE(other.set().Restore(key, value.substr(0, cut))) << key << " " << cut;
  EXPECT_FALSE(other.set().Restore("nobody/x", "y"));
}

TEST(DetectorSet, MillionsOfSourcesStayWithinLimitsAndAreCounted) {
  AccessBed bed("access/failed-attempts.yaml", "max_entries: 1000\n");
  for (int i = 0; i < 5000; ++i)
    bed.Feed(kNow + i, "9." + std::to_string(i / 250) + "." + std::to_string(i % 250) + ".1",
             "u" + std::to_string(i), 401);
  for (const auto& detector : bed.set().detectors()) {
    if (detector->id() != "failed-attempts") continue;
    EXPECT_LE(detector->entries(), 2000u);
    EXPECT_GT(detector->evictions(), 0u);
  }
}

}  // namespace
}  // namespace leaktrip

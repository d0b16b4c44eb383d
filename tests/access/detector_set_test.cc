// What the set does around its detectors: allow list, simulation, cap, clock, probation.
#include "detectors/access/detector_set.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "detectors/access/tail.h"
#include "tests/access/access_bed.h"

namespace leaktrip {
namespace {

using testing::HasSubstr;

constexpr Millis kNow = kTestStart + 30 * kDay;

int Guess(AccessBed* bed, Millis ts = kNow) {
  int raised = 0;
  for (int i = 0; i < 20; ++i)
    raised += static_cast<int>(bed->Feed(ts + i * 1000, "203.0.113.9", "ada", 401).size());
  return raised;
}

TEST(AllowList, LeavesAllowedEventsAlone) {
  AccessBed bed("access/allow-list.yaml",
                "allow:\n  - {network: 203.0.113.0/24, reason: our scanner}\n");
  EXPECT_EQ(bed.errors(), "");
  EXPECT_EQ(Guess(&bed), 0);
}

TEST(AllowList, EndsOnItsDate) {
  AccessBed bed("access/allow-list.yaml",
                "allow:\n  - {user: ada, until: 2023-11-01, reason: a test of logins}\n");
  EXPECT_GT(Guess(&bed), 0) << "the entry ended before";
}

TEST(AllowList, LeakedTokensAreJudgedAllTheSame) {
  AccessBed bed("access/allow-list.yaml", "allow:\n  - {user: ada, reason: trusted}\n");
  bed.set().knowledge().AddLeak(Fingerprint::OfToken("tok"), {kNow, "paste"});
  EXPECT_EQ(Ids(bed.Feed(kNow + 1, "203.0.113.9", "ada", 200, "tok")), "leaked-token-used");
}

TEST(AllowList, MistakesAreReportedWithTheirPlace) {
  EXPECT_THAT(
      AccessBed("access/allow-list.yaml", "allow:\n  - {network: 1.2.3, reason: x}\n").errors(),
      HasSubstr("is not a network"));
  EXPECT_THAT(AccessBed("access/allow-list.yaml", "allow:\n  - {user: ada}\n").errors(),
              HasSubstr("reason"));
  EXPECT_THAT(AccessBed("access/allow-list.yaml",
                        "allow:\n  - {user: ada, reason: x, detectors: [nonsense]}\n")
                  .errors(),
              HasSubstr("there is no detector `nonsense`"));
}

TEST(DetectorSet, SimulationCountsAndRaisesNothing) {
  AccessBed one("access/failed-attempts.yaml", "simulate: true\n");
  EXPECT_EQ(Guess(&one), 0);
  EXPECT_EQ(one.set().simulated().at("failed-attempts"), 1u);
  AccessBed all("access/general.yaml", "simulate: true\n");
  EXPECT_EQ(Guess(&all), 0);
}

TEST(DetectorSet, FloodOfOneKindIsCutWithOneWord) {
  AccessBed bed("access/general.yaml", "most_alerts_a_day: 5\n");
  std::vector<Anomaly> all;
  for (int i = 0; i < 50; ++i) {
    const std::string token = "t" + std::to_string(i);
    bed.set().knowledge().AddLeak(Fingerprint::OfToken(token), {kNow, "paste"});
    for (auto& a : bed.Feed(kNow + 1 + i, "203.0.113.9", "u" + std::to_string(i), 200, token))
      all.push_back(std::move(a));
  }
  ASSERT_EQ(all.size(), 6u);
  EXPECT_EQ(all.back().entity, "global");
  EXPECT_EQ(bed.set().capped(), 45u);
}

TEST(DetectorSet, OneTimeFromTheFarFutureIsPulledBack) {
  AccessBed bed;
  bed.Habit("ada", "192.0.2.1", 10);
  bed.Feed(kNow, "192.0.2.1", "ada", 200);
  bed.Feed(kNow + 4000 * kDay, "192.0.2.1", "ada", 200);
  EXPECT_EQ(bed.set().clamped_times(), 1u);
  EXPECT_EQ(Guess(&bed), 1) << "nothing was forgotten";
}

TEST(DetectorSet, JumpOfTheWholeLogIsBelieved) {
  AccessBed bed;
  bed.Feed(kNow, "192.0.2.1", "ada", 200);
  for (int i = 0; i < 5; ++i) bed.Feed(kNow + 4000 * kDay + i, "192.0.2.1", "ada", 200);
  EXPECT_EQ(bed.set().clamped_times(), 2u);
}

TEST(DetectorSet, PlaceOfAnAnomalyStaysUnfamiliar) {
  AccessBed bed;
  bed.Habit("ada", "192.0.2.1", 10, "tok");
  bed.set().knowledge().AddLeak(Fingerprint::OfToken("tok"), {kNow, "paste"});
  ASSERT_THAT(Ids(bed.Feed(kNow + 1, "203.0.113.9", "ada", 200, "tok")), HasSubstr("leaked"));
  const auto event = bed.Event(kNow + kDay, "203.0.113.9", "ada", 200, "tok");
  EXPECT_FALSE(bed.set().knowledge().Familiar(event)) << "one visit of a thief is no habit";
}

TEST(LeakUse, TellsUseBeforeAndAfterTheLeakApart) {
  AccessBed bed;
  bed.Habit("ada", "192.0.2.1", 3, "tok");
  bed.set().knowledge().AddLeak(Fingerprint::OfToken("tok"), {kNow, "paste"});
  bed.Feed(kNow + 1, "192.0.2.1", "ada", 401, "tok");
  bed.Feed(kNow + 2, "198.51.100.7", "ada", 200, "tok");
  const LeakUse* use = bed.set().knowledge().UseOfLeak(Fingerprint::OfToken("tok"));
  ASSERT_NE(use, nullptr);
  EXPECT_EQ(use->used_before, 12u);
  EXPECT_EQ(use->used, 1u);
  EXPECT_EQ(use->refused, 1u);
  EXPECT_EQ(use->strange, 1u);
  EXPECT_EQ(use->sources.size(), 2u);
  const auto words = LeakUseWords(*use, bed.set().knowledge().networks());
  ASSERT_EQ(words.size(), 3u);
  EXPECT_THAT(words[0], HasSubstr("before the leak 12 uses"));
  EXPECT_THAT(words[1], HasSubstr("since the leak 1 use,"));
  EXPECT_THAT(words[2], HasSubstr("GET /api"));
}

// An exponential body with scale 1.5, 70 a day for ten days, and a hump of attacks far above it.
TEST(TailLevel, IsThatOfTheOwnersWhateverAttacksThereAre) {
  std::vector<double> quiet(80), attacked(80);
  for (size_t bin = 0; bin < 80; ++bin)
    quiet[bin] = attacked[bin] = 700 * (std::exp(-static_cast<double>(bin) * .25 / 1.5) -
                                        std::exp(-static_cast<double>(bin + 1) * .25 / 1.5));
  for (size_t bin = 36; bin < 56; ++bin) attacked[bin] += 5;
  const double expected = 1.5 * std::log(700 / 10.0);
  EXPECT_NEAR(TailLevel(quiet, .25, 10, 0), expected, .2);
  EXPECT_NEAR(TailLevel(attacked, .25, 10, 0), expected, .5);
  EXPECT_EQ(TailLevel(quiet, .25, 10, 50), 50);
  EXPECT_NEAR(TopLevel(quiet, .25, 2, 0), 1.5 * std::log(350.0), .5) << "beyond what was seen";
}

}  // namespace
}  // namespace leaktrip

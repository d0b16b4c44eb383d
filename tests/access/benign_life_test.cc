// What happens in a company without anybody attacking it: none of it may page. The last tests show
// that the same streams still find what does not belong.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/access_stream.h"

namespace leaktrip {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using Use = AccessStream::Use;

constexpr Millis kScene = AccessStream::kScene;

Use By(int user, Millis ts, std::string ip) {
  Use use;
  use.ts = ts;
  use.ip = std::move(ip);
  use.user = AccessStream::User(user);
  use.token = AccessStream::Session(user);
  use.agent = AccessStream::Agent(user);
  return use;
}

Use Refused(int user, Millis ts, std::string ip) {
  Use use = By(user, ts, std::move(ip));
  use.token.clear();
  use.status = 401;
  use.method = "POST";
  use.path = "/v1/login";
  return use;
}

TEST(BenignLife, OrdinaryWeeks) { EXPECT_THAT(AccessStream().Run(), IsEmpty()); }

TEST(BenignLife, MistypedPasswordsAtHomeAtTheOfficeAndByPhone) {
  AccessStream stream;
  for (int user = 0; user < 20; ++user)
    for (int i = 0; i < 7; ++i)
      stream.Add(Refused(user, kScene + user * kHour + i * 5000,
                         user % 3 == 0   ? AccessStream::Home(user)
                         : user % 3 == 1 ? "10.3.0.1"
                                         : "10.4.3.1"));
  EXPECT_THAT(stream.Run(), IsEmpty());
}

TEST(BenignLife, MistypedPasswordOnAJourney) {
  AccessStream stream;
  for (int i = 0; i < 6; ++i) stream.Add(Refused(3, kScene + i * 9000, "20.1.5.9"));
  Use login = Refused(3, kScene + kMinute, "20.1.5.9");
  login.status = 200;
  stream.Add(login);
  EXPECT_THAT(stream.Run(3), IsEmpty());
}

TEST(BenignLife, OfficeBehindOneAddressOnTheMorningOfAnOutage) {
  AccessStream stream;
  for (int user = 0; user < AccessStream::kUsers; ++user) {
    for (int i = 0; i < 3; ++i)
      stream.Add(Refused(user, kScene + user * 20'000 + i * 3000, "10.3.0.1"));
    stream.Add(By(user, kScene + kHour + user * 1000, "10.3.0.1"));
  }
  EXPECT_THAT(stream.Run(), IsEmpty());
}

TEST(BenignLife, CarrierNatPutsPeopleOnManyAddressesOfOneProvider) {
  AccessStream stream;
  for (int user = 0; user < 30; ++user)
    for (int i = 0; i < 20; ++i)
      stream.Add(By(user, kScene + user * kMinute + i * 40 * kMinute,
                    "10.4." + std::to_string((user * 7 + i * 13) % 250) + ".9"));
  EXPECT_THAT(stream.Run(), IsEmpty());
}

TEST(BenignLife, Ipv6PrivacyAddressesAndLeaseChurn) {
  AccessStream stream;
  for (int day = 0; day < 5; ++day)
    for (int i = 0; i < 12; ++i)
      stream.Add(By(5, kScene + day * kDay + i * kHour,
                    "2001:db8:" + std::to_string(day + 1) + ":7::" + std::to_string(i + 1)));
  for (int day = 0; day < 7; ++day)
    stream.Add(By(7, kScene + day * kDay + 9 * kHour, "10.1." + std::to_string(200 + day) + ".4"));
  EXPECT_THAT(stream.Run(), IsEmpty());
}

TEST(BenignLife, BuildsOnFreshCloudAddresses) {
  AccessStream stream;
  for (int day = 0; day < 28; ++day)
    for (int run = 0; run < 24; ++run) {
      Use use;
      use.ts = kStreamStart + day * kDay + run * kHour;
      use.ip = "50.1." + std::to_string(stream.random()() % 250) + ".5";
      use.user = "ci-main";
      use.token = "ci-token";
      use.agent = "runner/3";
      for (int i = 0; i < 10; ++i, use.ts += 2000) stream.Add(use);
    }
  EXPECT_THAT(stream.Run(), IsEmpty());
}

TEST(BenignLife, ServiceScalesOutInItsCloud) {
  AccessStream stream;
  for (int day = 0; day < 28; ++day)
    for (int i = 0; i < 200; ++i) {
      Use use;
      use.ts = kStreamStart + day * kDay + i * 7 * kMinute;
      const int nodes = day < 21 ? 3 : 40;
      use.ip = "50.1." + std::to_string(i % nodes) + ".8";
      use.user = "svc-mail";
      use.token = "svc-token";
      use.agent = "okhttp/4";
      stream.Add(use);
    }
  EXPECT_THAT(stream.Run(), IsEmpty());
}

TEST(BenignLife, PublishableKeyIsEverywhere) {
  AccessStream stream;
  const std::vector<std::string> nets = {"10.1.", "10.2.", "10.4.", "20.1.",
                                         "30.1.", "50.1.", "60.1.", "70.1."};
  for (int day = 0; day < 28; ++day)
    for (int i = 0; i < 240; ++i) {
      Use use;
      use.ts = kStreamStart + day * kDay + i * 6 * kMinute;
      use.ip = nets[stream.random()() % nets.size()] + std::to_string(stream.random()() % 250) +
               "." + std::to_string(1 + stream.random()() % 250);
      use.user = "app-public";
      use.token = "publishable";
      use.path = "/v1/public/config";
      stream.Add(use);
    }
  EXPECT_THAT(stream.Run(), IsEmpty());
}

TEST(BenignLife, TeamSharesAToken) {
  AccessStream stream;
  for (int day = 0; day < 28; ++day)
    for (int i = 0; i < 8; ++i) {
      Use use;
      use.ts = kStreamStart + day * kDay + (9 + i) * kHour;
      use.ip = AccessStream::Home(static_cast<int>(stream.random()() % 12));
      use.user = "team-script";
      use.token = "team-token";
      use.agent = "python-requests/2.31";
      stream.Add(use);
    }
  EXPECT_THAT(stream.Run(), IsEmpty());
}

TEST(BenignLife, UserOfAVpnComesOutHereAndThere) {
  AccessStream stream;
  for (int day = 0; day < 28; ++day)
    for (int i = 0; i < 3; ++i)
      stream.Add(By(11, kStreamStart + day * kDay + (8 + 3 * i) * kHour,
                    "70.1." + std::to_string(stream.random()() % 60) + ".3"));
  EXPECT_THAT(stream.Run(), IsEmpty());
}

TEST(BenignLife, OrganisationMovesBehindASecureEdge) {
  AccessStream stream;
  for (int user = 0; user < AccessStream::kUsers; user += 3)  // org0
    for (int i = 0; i < 10; ++i)
      stream.Add(By(user, kScene + user * 7 * kMinute + i * 2 * kHour,
                    "60.1." + std::to_string((user + i) % 4) + ".1"));
  // The first ones may be asked about; once colleagues follow it is quiet.
  EXPECT_LE(stream.Run().size(), 2u);
}

TEST(BenignLife, JourneyAbroadWithTheUsualClient) {
  AccessStream stream;
  for (int day = 0; day < 5; ++day)
    for (int i = 0; i < 6; ++i)
      stream.Add(By(9, kScene + day * kDay + (8 + 2 * i) * kHour + 3 * kMinute, "20.1.77.2"));
  EXPECT_THAT(stream.Run(3), IsEmpty());
}

TEST(BenignLife, ForgottenJobRetriesItsExpiredTokenForDays) {
  AccessStream stream;
  for (int i = 0; i < 3000; ++i) {
    Use use = By(13, kScene + i * kMinute, AccessStream::Home(13));
    use.status = 401;
    stream.Add(use);
  }
  EXPECT_THAT(stream.Run(), IsEmpty());
}

TEST(BenignLife, SignInIsDownForEverybody) {
  AccessStream stream;
  for (int user = 0; user < AccessStream::kUsers; ++user)
    for (int i = 0; i < 15; ++i) {
      Use use = By(user, kScene + 9 * kHour + i * 2 * kMinute, AccessStream::Home(user));
      use.status = i % 3 == 0 ? 401 : 503;
      stream.Add(use);
    }
  EXPECT_THAT(stream.Run(), IsEmpty());
}

TEST(BenignLife, DeployAndBatchNightOfAService) {
  AccessStream stream;
  for (int day = 0; day < 28; ++day)
    for (int i = 0; i < (day % 7 == 0 ? 300 : 60); ++i) {
      Use use;
      use.ts = kStreamStart + day * kDay + 2 * kHour + i * 5000;
      use.ip = "50.1.9.9";
      use.user = "svc-report";
      use.token = "report-token";
      use.path = "/v1/reports/5";
      use.agent = "Java/17";
      stream.Add(use);
    }
  EXPECT_THAT(stream.Run(), IsEmpty());
}

TEST(BenignLife, HolidaysAreQuietAndTheReturnToo) {
  AccessStream stream(21);
  for (int user = 0; user < AccessStream::kUsers; ++user)
    for (int i = 0; i < 20; ++i)
      stream.Add(By(user, kScene + 15 * kDay + 9 * kHour + user * kMinute + i * 30'000,
                    AccessStream::Home(user)));
  EXPECT_THAT(stream.Run(), IsEmpty());
}

TEST(BenignLife, CrawlerReadsWhatIsPublic) {
  AccessStream stream;
  for (int i = 0; i < 5000; ++i) {
    Use use;
    use.ts = kScene + i * 4000;
    use.ip = "50.1.66." + std::to_string(i % 30);
    use.path = "/docs/" + std::to_string(i);
    use.agent = "ExampleBot/2";
    use.status = i % 9 == 0 ? 404 : 200;
    stream.Add(use);
  }
  EXPECT_THAT(stream.Run(), IsEmpty());
}

TEST(BenignLife, TokensAreRotatedAndClientsUpdated) {
  AccessStream stream;
  for (int user = 0; user < AccessStream::kUsers; ++user)
    for (int i = 0; i < 5; ++i) {
      Use use = By(user, kScene + 9 * kHour + user * kMinute + i * kHour, AccessStream::Home(user));
      use.token = "rotated-" + std::to_string(user);
      use.agent += ".9";
      stream.Add(use);
    }
  EXPECT_THAT(stream.Run(), IsEmpty());
}

TEST(BenignLife, NewUsersStart) {
  AccessStream stream;
  for (int user = 100; user < 120; ++user)
    for (int day = 0; day < 5; ++day)
      for (int i = 0; i < 5; ++i)
        stream.Add(By(user, kScene + day * kDay + (9 + i) * kHour,
                      i % 2 ? "10.3.1.1" : AccessStream::Home(user)));
  EXPECT_THAT(stream.Run(), IsEmpty());
}

TEST(BenignLife, DuplicatesAndLateEventsChangeNothing) {
  AccessStream stream;
  for (int i = 0; i < 30; ++i)
    for (int k = 0; k < 3; ++k)
      stream.Add(By(2, kScene + i * kMinute - k * 2 * kHour, AccessStream::Home(2)));
  EXPECT_THAT(stream.Run(), IsEmpty());
}

TEST(NotBenign, ThiefOnARentedMachineIsFoundAmongAllThat) {
  AccessStream stream;
  Use use = By(4, kScene + 3 * kHour, "50.1.200.4");
  use.agent = "curl/8.5";
  for (const char* path : {"/v1/me", "/v1/users", "/v1/secrets", "/v1/export"}) {
    use.path = path;
    use.ts += 7000;
    stream.Add(use);
  }
  EXPECT_THAT(stream.Run(3), Contains(HasSubstr("unusual-address token:")));
}

TEST(NotBenign, PostedTokenFansOut) {
  AccessStream stream;
  const std::vector<std::string> ips = {"20.1.1.1", "30.1.1.1", "50.1.1.1",
                                        "60.1.1.1", "70.1.1.1", "10.4.1.1"};
  for (size_t i = 0; i < ips.size(); ++i)
    stream.Add(By(6, kScene + 2 * kHour + static_cast<Millis>(i) * kMinute, ips[i]));
  EXPECT_THAT(stream.Run(3), Contains(HasSubstr("token-fan-out token:")));
}

TEST(NotBenign, TokenThatSleptWakesUpElsewhere) {
  AccessStream stream(28);
  for (int i = 0; i < 10; ++i) {
    Use use = By(8, kStreamStart + i * kHour, AccessStream::Home(8));
    use.token = "sleeper";
    stream.Add(use);
  }
  Use use = By(8, kScene + 3 * kHour, "50.1.3.3");
  use.token = "sleeper";
  use.agent = "axios/1";
  stream.Add(use);
  EXPECT_THAT(stream.Run(3), Contains(HasSubstr("dormant-token token:")));
}

TEST(NotBenign, TokenAtTwoEndsOfTheWorldIsFound) {
  AccessStream stream;
  const Millis ts = kScene + 10 * kHour;
  stream.Add(By(10, ts, AccessStream::Home(10)));
  stream.Add(By(10, ts + 10 * kMinute, "30.1.4.4"));
  stream.Add(By(10, ts + 12 * kMinute, "30.1.4.4"));
  stream.Add(By(10, ts + 40 * kMinute, AccessStream::Home(10)));
  EXPECT_THAT(stream.Run(3), Contains(HasSubstr("impossible-travel token:")));
}

TEST(NotBenign, ScraperSurges) {
  AccessStream stream;
  for (int i = 0; i < 600; ++i) {
    Use use = By(12, kScene + 10 * kHour + i * 2000, AccessStream::Home(12));
    use.path = "/v1/customers";
    stream.Add(use);
  }
  EXPECT_THAT(stream.Run(), Contains(HasSubstr("request-surge user:")));
}

}  // namespace
}  // namespace leaktrip

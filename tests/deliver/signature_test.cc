#include "daemon/deliver/signature.h"

#include <gtest/gtest.h>

#include <vector>

#include "detectors/base/encoding.h"

namespace leaktrip {
namespace {

constexpr std::string_view kId = "msg_p5jXN8AQM9LWM0D4loKWxJek";
constexpr std::string_view kBody = R"({"test": 2432232314})";
constexpr int64_t kTimestamp = 1614265330;

std::vector<Secret> Secrets() {
  std::vector<Secret> secrets;
  secrets.emplace_back(*Base64Decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"));
  return secrets;
}

TEST(Signature, FitsTheVectorOfTheStandard) {
  EXPECT_EQ(SignWebhook(Secrets(), kId, kTimestamp, kBody),
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

TEST(Signature, EachSecretOfARotationSigns) {
  auto secrets = Secrets();
  secrets.emplace_back("another secret of enough bytes");
  const std::string both = SignWebhook(secrets, kId, kTimestamp, kBody);
  for (const Secret& secret : secrets)
    EXPECT_TRUE(VerifyWebhook(secret, kId, "1614265330", kBody, both, kTimestamp * 1000));
}

TEST(Signature, AnyOtherIdTimeBodyOrSecretDoesNotVerify) {
  const auto secrets = Secrets();
  const std::string good = SignWebhook(secrets, kId, kTimestamp, kBody);
  auto verify = [&](std::string_view id, std::string_view time, std::string_view body, Millis now) {
    return VerifyWebhook(secrets[0], id, time, body, good, now);
  };
  const Millis now = kTimestamp * 1000;
  EXPECT_TRUE(verify(kId, "1614265330", kBody, now));
  EXPECT_FALSE(verify("msg_other", "1614265330", kBody, now));
  EXPECT_FALSE(verify(kId, "1614265331", kBody, now));
  EXPECT_FALSE(verify(kId, "soon", kBody, now));
  EXPECT_FALSE(verify(kId, "1614265330", "{}", now));
  EXPECT_FALSE(verify(kId, "1614265330", kBody, now + 301'000));  // a recording played again
  EXPECT_FALSE(VerifyWebhook(Secret("x"), kId, "1614265330", kBody, good, now));
}

}  // namespace
}  // namespace leaktrip

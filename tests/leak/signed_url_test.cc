#include "detectors/leak/signed_url.h"

#include <gtest/gtest.h>

namespace leaktrip {
namespace {

const auto kEnd = ParseTime("2026-03-14T06:21:09Z");

TEST(SignedUrl, AwsAndGoogleSayWhenTheyWereSignedAndForHowLong) {
  EXPECT_EQ(SignedUrlExpiry("X-Amz-Credential=A%2F20260314&X-Amz-Date=20260314T052109Z&"
                            "X-Amz-Expires=3600&X-Amz-Signature=0"),
            kEnd);
  EXPECT_EQ(SignedUrlExpiry("?X-Goog-Expires=3600&X-Goog-Date=20260314T052109Z"), kEnd);
  EXPECT_EQ(SignedUrlExpiry("X-Amz-Expires=3600&X-Amz-Signature=0"), std::nullopt);
}

TEST(SignedUrl, CloudFrontSaysTheSecond) {
  EXPECT_EQ(SignedUrlExpiry("?Expires=1773469269&Signature=x"), kEnd);
  EXPECT_EQ(SignedUrlExpiry("?Expires=soon&Signature=x"), std::nullopt);
}

TEST(SignedUrl, AzureSaysTheTimeInSeveralForms) {
  EXPECT_EQ(SignedUrlExpiry("sv=2024-11-04&se=2026-03-14T06%3A21%3A09Z&sig=x"), kEnd);
  EXPECT_EQ(SignedUrlExpiry("se=2026-03-15&sp=r"), ParseTime("2026-03-15T00:00:00Z"));
  EXPECT_EQ(SignedUrlExpiry("se=2026-03-15T07:30Z&sp=r"), ParseTime("2026-03-15T07:30:00Z"));
  EXPECT_EQ(SignedUrlExpiry("SharedAccessSignature sr=x&sig=y&se=1773469269"), kEnd);
}

TEST(SignedUrl, OtherParametersSayNothing) {
  for (const auto* text :
       {"", "se", "se=", "base=2026-03-15", "se=%", "se=%3", "Expires=", "a=b&c"})
    EXPECT_EQ(SignedUrlExpiry(text), std::nullopt) << text;
}

}  // namespace
}  // namespace leaktrip

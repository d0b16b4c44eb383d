#include "daemon/pipeline/format_choices.h"

#include <gtest/gtest.h>

#include "daemon/config/format_set_loader.h"

namespace leaktrip {
namespace {

TEST(FormatChoices, AFewLinesOfACommonFormatAreNotLostAmongOthers) {
  Errors errors;
  const auto formats = LoadFormatSet("", Examples::kSkip, &errors);
  ASSERT_TRUE(formats);
  FormatChoices choices(formats);
  const std::vector<std::string_view> sample(
      20, R"({"ts":"2026-01-01T00:00:01Z","client_ip":"192.0.2.1","status":200,"user":"ann"})");
  ASSERT_TRUE(choices.WantsSample("web", "auto"));
  const auto chosen = choices.For("web", "auto", sample, 0);
  AccessParser parser(AccessParser::Options{.formats = formats, .proxies = nullptr});
  parser.Use(chosen);
  EXPECT_TRUE(parser.Parse(sample.front()));
  const auto line = parser.Parse(
      R"(192.0.2.7 - bob [01/Jan/2026:00:00:02 +0000] "POST /login HTTP/1.1" 401 12 "-" "-")");
  ASSERT_TRUE(line) << line.error();
  EXPECT_EQ(line->user, "bob");
}

TEST(FormatChoices, AConfiguredFormatIsTheOnlyOne) {
  Errors errors;
  const auto formats = LoadFormatSet("", Examples::kSkip, &errors);
  ASSERT_TRUE(formats);
  FormatChoices choices(formats);
  EXPECT_FALSE(choices.WantsSample("web", "ncsa"));
  EXPECT_EQ(choices.For("web", "ncsa", {}, 0).size(), 1u);
}

}  // namespace
}  // namespace leaktrip

// Every shipped format loads, and reads its examples and none of what it rejects.
#include <gtest/gtest.h>

#include "daemon/config/rules_folder.h"
#include "detectors/access/format_choice.h"
#include "detectors/access/format_examples.h"
#include "detectors/access/format_loader.h"

namespace leaktrip {
namespace {

std::string Joined(const Errors& errors) {
  std::string text;
  for (const auto& error : errors) text += error.ToString() + "\n";
  return text;
}

std::shared_ptr<const FormatSet> Shipped() {
  Errors errors;
  auto formats = LoadFormats(Below(ShippedRules(), "formats/"), {}, &errors);
  EXPECT_TRUE(formats) << Joined(errors);
  return formats;
}

TEST(ShippedFormats, ExamplesHold) {
  const auto formats = Shipped();
  ASSERT_TRUE(formats);
  EXPECT_GE(formats->formats.size(), 30u);
  Errors errors;
  CheckFormatExamples(formats, &errors);
  EXPECT_TRUE(errors.empty()) << Joined(errors);
}

// Each format leads on its own examples, unless another reads them as well and is preferred.
TEST(ShippedFormats, EachIsDetectedByItsExamples) {
  const auto formats = Shipped();
  ASSERT_TRUE(formats);
  for (const Format& format : formats->formats) {
    std::vector<std::string_view> sample;
    for (const auto& example : format.examples) sample.push_back(example.text);
    const FormatTrial trial = TryFormats(formats, sample, 1'735'603'200'000);
    ASSERT_FALSE(trial.chosen.empty()) << format.id;
    const Format& first = formats->formats[static_cast<size_t>(trial.chosen.front())];
    const auto own =
        std::find_if(trial.ranks.begin(), trial.ranks.end(), [&](const FormatRank& rank) {
          return formats->formats[static_cast<size_t>(rank.format)].id == format.id;
        });
    ASSERT_NE(own, trial.ranks.end()) << format.id;
    EXPECT_EQ(own->events, trial.ranks.front().events) << format.id << " behind " << first.id;
    if (first.id != format.id) std::printf("%s: %s leads\n", format.id.c_str(), first.id.c_str());
  }
}

}  // namespace
}  // namespace leaktrip

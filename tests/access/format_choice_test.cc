#include "detectors/access/format_choice.h"

#include <gtest/gtest.h>

#include "tests/access/format_bed.h"

namespace leaktrip::test {
namespace {

std::shared_ptr<const FormatSet> Three() {
  const auto json = [](const std::string& id, const std::string& key) {
    return "id: " + id + "\ndescription: d\nkind: json\nmatch: [{field: " + key +
           ", present: true}]\nfields: {ts: t, user: " + key + "}\n" + kTail;
  };
  Errors errors;
  auto formats =
      LoadFormats({{"formats/a.yaml", json("a", "ua")},
                   {"formats/b.yaml", json("b", "ub")},
                   {"formats/n.yaml", "id: native\ndescription: d\nkind: native\n" + kTail}},
                  {}, &errors);
  EXPECT_TRUE(formats) << Joined(errors);
  return formats;
}

const std::string_view kA = R"({"t":1709510419,"ua":"x"})";
const std::string_view kB = R"({"t":1709510419,"ub":"x"})";

TEST(FormatChoice, MostReadFormatLeadsAndOthersTakeWhatItLeaves) {
  const auto formats = Three();
  FormatChoice choice;
  EXPECT_TRUE(choice.WantsSample());
  EXPECT_TRUE(choice.Decide(formats, std::vector<std::string_view>{kB, kB, kA, "junk"}, 0));
  EXPECT_EQ(FormatNames(*formats, choice.chosen()), "b + a");
}

TEST(FormatChoice, SticksUntilMostRecordsAreUnread) {
  const auto formats = Three();
  FormatChoice choice;
  choice.Decide(formats, std::vector<std::string_view>(FormatChoice::kSample, kA), 0);
  EXPECT_FALSE(choice.WantsSample());
  choice.Count(FormatChoice::kSample, FormatChoice::kSample / 2);
  EXPECT_FALSE(choice.WantsSample());
  choice.Count(FormatChoice::kSample, FormatChoice::kSample);
  EXPECT_TRUE(choice.WantsSample());
  EXPECT_TRUE(choice.Decide(formats, std::vector<std::string_view>(10, kB), 0));
  EXPECT_EQ(FormatNames(*formats, choice.chosen()), "b");
  EXPECT_FALSE(choice.WantsSample());
}

TEST(FormatChoice, SmallSamplesAddUp) {
  const auto formats = Three();
  FormatChoice choice;
  EXPECT_TRUE(choice.Decide(formats, {kA}, 0));
  EXPECT_TRUE(choice.WantsSample());
  EXPECT_TRUE(choice.Decide(formats, {kB}, 0));
  EXPECT_FALSE(choice.Decide(formats, {kA}, 0));
  EXPECT_EQ(FormatNames(*formats, choice.chosen()), "b + a");
}

TEST(FormatChoice, NothingIsChosenWhereNothingReads) {
  const auto formats = Three();
  FormatChoice choice;
  EXPECT_FALSE(choice.Decide(formats, {"junk"}, 0));
  EXPECT_TRUE(choice.chosen().empty());
  EXPECT_EQ(FormatNames(*formats, choice.chosen()), "native + ncsa");
}

TEST(FormatChoice, OwnEventsAndAccessLinesAreTriedBehindWhatWasFound) {
  const auto formats = Three();
  FormatChoice choice;
  EXPECT_TRUE(choice.ToTry(*formats).empty());
  choice.Decide(formats, {kA}, 0);
  EXPECT_EQ(FormatNames(*formats, choice.ToTry(*formats)), "a + native");
  EXPECT_EQ(FormatNames(*formats, choice.chosen()), "a");
}

}  // namespace
}  // namespace leaktrip::test

#include "detectors/access/format_loader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "detectors/access/format_examples.h"
#include "tests/access/format_bed.h"

namespace leaktrip::test {
namespace {

using testing::HasSubstr;

std::string ErrorsOf(const std::string& text) {
  Errors errors;
  EXPECT_FALSE(LoadFormats({{"formats/x.yaml", text}}, {}, &errors));
  return Joined(errors);
}

TEST(FormatLoader, EveryErrorHasItsPlaceAndAHint) {
  const std::string errors = ErrorsOf(R"(
id: X Y
description: d
kind: line
preferense: 3
lines: ['$time $ip$user', 'no hole', '$time $']
fields: {ts: tme, clint_ip: ip, status: {from: time, map: {'~(': denied}}, user: {decode: plus}}
examples: [{text: a}]
)");
  for (const auto* part :
       {"formats/x.yaml:2:5: `id` must be", "formats/x.yaml:5:1: unknown key `preferense`",
        "formats/x.yaml:6:9: a line `$user` follows a hole at once", "6:27: a line has no hole",
        "is not followed by a name", "7:14: no line has a `tme`, did you mean `time`?",
        "7:19: unknown field `clint_ip`, did you mean `client_ip`?", "is no regular expression",
        "says neither `from` nor `value`", "at least two examples", "`rejects` needs"})
    EXPECT_THAT(errors, HasSubstr(part));
}

TEST(FormatLoader, EmptyFileIsNamed) {
  EXPECT_THAT(ErrorsOf(""), HasSubstr("formats/x.yaml:1:1: "));
}

TEST(FormatLoader, TimeMustComeFromSomewhere) {
  EXPECT_THAT(ErrorsOf("id: x\ndescription: d\nkind: json\nfields: {user: u}\n" + kTail),
              HasSubstr("`fields` must say where `ts` comes from"));
}

TEST(FormatLoader, OwnFormatReplacesAShippedOneAndRemovesAnother) {
  Errors errors;
  const auto with = [](const std::string& id, const std::string& description) {
    return "id: " + id + "\ndescription: " + description + "\nkind: json\nfields: {ts: t}\n" +
           kTail;
  };
  const auto formats = LoadFormats(
      {{"formats/a.yaml", with("a", "shipped")}, {"formats/b.yaml", with("b", "shipped")}},
      {{"formats/mine.yaml", with("a", "mine")}, {"formats/off.yaml", "id: b\nenabled: false\n"}},
      &errors);
  ASSERT_TRUE(formats) << Joined(errors);
  ASSERT_EQ(formats->formats.size(), 1u);
  EXPECT_EQ(formats->formats[0].description, "mine");
  EXPECT_EQ(formats->Find("b"), -1);
}

TEST(FormatLoader, IdsAreUniqueInAFolder) {
  Errors errors;
  const std::string text = JsonFormat("");
  EXPECT_FALSE(LoadFormats({{"formats/a.yaml", text}, {"formats/b.yaml", text}}, {}, &errors));
  EXPECT_THAT(Joined(errors), HasSubstr("stands at formats/a.yaml:1:1 already"));
}

TEST(FormatExamples, AWrongExampleIsReportedWithItsPlace) {
  Errors errors;
  CheckFormatExamples(Load(R"(id: x
description: d
kind: json
fields: {ts: t, user: u}
examples:
  - {text: '{"t":1709510419,"u":"ada"}', event: {user: bob}}
  - {text: '{"t":1709510419}', events: 2}
  - {text: '{"u":"ada"}', event: {}}
rejects: ['{"t":1}']
)"),
                      &errors);
  const std::string text = Joined(errors);
  EXPECT_THAT(text, HasSubstr("formats/x.yaml:6:5: x: `user` is `ada`, not `bob`"));
  EXPECT_THAT(text, HasSubstr("formats/x.yaml:7:5: x: the example has 1 events, not 2"));
  EXPECT_THAT(text, HasSubstr("formats/x.yaml:8:5: x: the example is not read: no-time"));
  EXPECT_THAT(text, HasSubstr("the text in `rejects` is read as an event"));
}

}  // namespace
}  // namespace leaktrip::test

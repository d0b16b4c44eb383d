// Rules of other scanners, in their formats and our own words.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "detectors/import/dialect.h"
#include "detectors/import/importer.h"
#include "detectors/leak/allow_list.h"
#include "detectors/leak/allow_loader.h"
#include "detectors/leak/engine.h"
#include "detectors/leak/pattern.h"

namespace leaktrip {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

TranslatedPattern Translate(std::string_view foreign, int group = 0,
                            const std::vector<std::string>& keywords = {}) {
  const auto translated = TranslatePattern(foreign, group, keywords);
  if (!translated) {
    ADD_FAILURE() << foreign << ": " << translated.error().ToString();
    return {};
  }
  EXPECT_TRUE(ParsePattern(translated->pattern)) << translated->pattern;
  return *translated;
}

std::string Refused(std::string_view foreign) {
  const auto translated = TranslatePattern(foreign, 0, {});
  return translated ? "translated to " + translated->pattern : translated.error().message;
}

TEST(Dialect, DelimiterAtTheEndIsDropped) {
  EXPECT_EQ(Translate(R"(\b(acmx_[a-z0-9]{20})(?:['|\"|\n|\r|\s|\x60|;]|$))").pattern,
            "acmx_[a-z0-9]{20}");
  EXPECT_EQ(Translate(R"(\b(acmx_[a-z0-9]{20})(?:[\x60'"\s;]|\\[nr]|$))").pattern,
            "acmx_[a-z0-9]{20}");
  EXPECT_EQ(Translate(R"((?:^|[^A-Z0-9])(ACMX[A-Z0-9]{16})(?:[^A-Z0-9]|$))").pattern,
            "ACMX[A-Z0-9]{16}");
  EXPECT_EQ(Translate(R"(\bacmx_[a-z0-9]{20}\b)").pattern, "acmx_[a-z0-9]{20}");
}

TEST(Dialect, NameGapAndAssignmentBecomeHints) {
  const auto translated = Translate(
      R"((?i)[\w.-]{0,50}?(?:zeta|zetacloud)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9]{32})(?:[\x60'"\s;]|\\[nr]|$))");
  EXPECT_EQ(translated.pattern, "(?i)[a-z0-9]{32}");
  EXPECT_THAT(translated.hints, ElementsAre("zeta", "zetacloud"));
  const auto verbose = Translate(
      "(?xi)\n \\b zeta (?: .|[\\n\\r]){0,32}?  # the name\n (?:SECRET|KEY) .{0,32}? \\b ( "
      "[a-f0-9]{40} ) \\b");
  EXPECT_EQ(verbose.pattern, "(?i)[a-f0-9]{40}");
  EXPECT_THAT(verbose.hints, ElementsAre("zeta"));
}

TEST(Dialect, NameBeforeAnOwnShapeIsNotNeeded) {
  const auto translated = Translate(R"((?i)zeta.{0,20}?['"= ](zt_live_[a-z0-9]{24})\b)");
  EXPECT_EQ(translated.pattern, "(?i)zt_live_[a-z0-9]{24}");
  EXPECT_THAT(translated.hints, IsEmpty());
}

TEST(Dialect, ContextThatIsNoNameStays) {
  EXPECT_EQ(Translate(R"(AccountKey=([A-Za-z0-9+\/]{86}==))").pattern,
            "AccountKey=([A-Za-z0-9+/]{86}==)");
  EXPECT_EQ(Translate(R"(https://hooks\.zeta\.example/([a-z0-9]{24})/run)").pattern,
            "https://hooks\\.zeta\\.example/([a-z0-9]{24})/run");
}

TEST(Dialect, SecretDoesNotReachBackOverAnEqualsSign) {
  EXPECT_EQ(Translate(R"(zeta.{0,20}=([a-z0-9=_\-]{40})\b)").pattern,
            "[a-z0-9_\\-][a-z0-9=_\\-]{39}");
}

TEST(Dialect, KeywordsBecomeHintsWhereNothingElseSaysWhose) {
  EXPECT_THAT(Translate(R"(\b[0-9a-f]{32}\b)", 0, {"Zeta", "key"}).hints, ElementsAre("zeta"));
  EXPECT_THAT(Translate("zeta_[0-9a-f]{32}", 0, {"zeta_"}).hints, IsEmpty());
  EXPECT_THAT(Translate("(?:ZT|ZU|ZWX)[A-Z0-9]{16}", 0, {"zt", "zu", "zwx"}).hints, IsEmpty());
}

TEST(Dialect, SecretsGroupIsTheNamedTheAskedForOrTheWidest) {
  EXPECT_EQ(Translate("(zt|zu)_([a-z0-9]{20}):x(y)").pattern, "(?:zt|zu)_([a-z0-9]{20}):xy");
  EXPECT_EQ(Translate("(zeta[a-z]{30}):([0-9]{6}):end", 2).pattern, "zeta[a-z]{30}:([0-9]{6}):end");
  EXPECT_EQ(Translate("(zeta[a-z]{30}):(?P<TOKEN>[0-9]{6}):end").pattern,
            "zeta[a-z]{30}:([0-9]{6}):end");
}

TEST(Dialect, FlagsClassesAndQuantifiersAreSpelledOut) {
  EXPECT_EQ(Translate("zeta_(?i:AbC)[[:xdigit:]]{8,}?").pattern, "zeta_(?i:AbC)[0-9A-Fa-f]{8,}");
  EXPECT_EQ(Translate("zeta(?-i:X)\\x2d[\\w-]{4000}").pattern, "zetaX\\x2d[\\w\\-]{1000,}");
  EXPECT_EQ(Translate(R"(zeta\Q.*\E\/{2})").pattern, R"(zeta\.\*/{2})");
  EXPECT_EQ(Translate("zeta{a}[a-f]{8}").pattern, "zeta\\{a\\}[a-f]{8}");
}

TEST(Dialect, WhatCannotBeSaidIsRefusedWithTheReason) {
  EXPECT_THAT(Refused("(?=x)zeta"), HasSubstr("look-around"));
  EXPECT_THAT(Refused("(zeta)\\1"), HasSubstr("back-reference"));
  EXPECT_THAT(Refused("\\p{Greek}zeta"), HasSubstr("Unicode class"));
  EXPECT_THAT(Refused("zeta(x"), HasSubstr("never closed"));
  EXPECT_THAT(Refused("zeta[x"), HasSubstr("never closed"));
  EXPECT_THAT(Refused("*zeta"), HasSubstr("nothing to repeat"));
}

Import Imported(std::string_view text, std::optional<ForeignFormat> format = {}) {
  const auto file = ReadForeignFile(text, "other", format);
  if (!file) {
    ADD_FAILURE() << file.error().ToString();
    return {};
  }
  return ImportRules(*file, "");
}

std::vector<std::string> Texts(const Errors& errors) {
  std::vector<std::string> texts;
  for (const auto& error : errors) texts.push_back(error.ToString());
  return texts;
}

// The imported folder as `rules test` would judge it.
std::shared_ptr<const RuleSet> Compiled(const Import& import) {
  Errors errors;
  auto set = CompileRules(LoadRules({}, import.files, &errors), "key", &errors,
                          LoadAllowEntries({}, import.files, &errors));
  if (set) CheckExamples(set, &errors);
  EXPECT_THAT(Texts(errors), IsEmpty());
  return set;
}

const ImportedRule& Word(const Import& import, const std::string& id) {
  static const ImportedRule none;
  for (const auto& rule : import.rules)
    if (rule.foreign_id == id) return rule;
  ADD_FAILURE() << id;
  return none;
}

std::vector<std::string> Found(const std::shared_ptr<const RuleSet>& rules, const std::string& text,
                               const AllowPlace& place = {}) {
  std::vector<Finding> findings;
  MakeEngine(rules)->Scan({text, {}}, 0, &findings);
  std::vector<std::string> found;
  for (const auto& finding : findings)
    if (!AllowOf(*rules).Find(finding, place, 0)) found.push_back(finding.rule->id);
  return found;
}

constexpr std::string_view kGitleaks = R"toml(
title = "own fixture"

[[allowlists]]
description = "texts of the manual"
paths = ['''(?:^|/)manual/''']
stopwords = ["sample"]

[[rules]]
id = "zeta-api-key"
description = "A key of the Zeta service."
regex = '''(?i)[\w.-]{0,50}?(?:zeta)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|:)[\s'"]{0,5}([a-z0-9]{32})(?:['"\s;]|$)'''
entropy = 3.2
keywords = ["zeta"]

[[rules.allowlists]]
regexes = ['''^abcd''']
stopwords = ["fixture"]

[[rules]]
id = "yota-pat"
description = "A personal token of Yota."
regex = '''\b(yota_[A-Za-z0-9]{30})(?:['"\s;]|\\[nr]|$)'''
keywords = ["yota_"]

[[rules]]
id = "keystore-file"
path = '''\.jks$'''

[[rules]]
id = "ahead"
regex = '''xeta(?=[0-9])[a-z0-9]{20}'''
)toml";

TEST(Import, GitleaksRulesPassAndMeanTheSameInEveryShape) {
  const Import import = Imported(kGitleaks);
  const auto rules = Compiled(import);
  ASSERT_NE(rules, nullptr);
  EXPECT_EQ(Word(import, "zeta-api-key").id, "gitleaks-zeta-api-key");
  EXPECT_THAT(Word(import, "zeta-api-key").notes, Contains("the name before it became a hint"));
  EXPECT_THAT(Word(import, "keystore-file").reason, HasSubstr("file names only"));
  EXPECT_THAT(Word(import, "ahead").reason, HasSubstr("look-around"));
  EXPECT_EQ(RulesOf(*rules)[0].min_entropy > 0 || RulesOf(*rules)[1].min_entropy > 0, true);

  const std::string key = "k3v9x2m7q1w8z5t4p0o9i8u7y6t5r4e3";
  for (const std::string& text :
       {"zeta_key=" + key + "&x=1", "{\"zeta\":{\"token\":\"" + key + "\"}}",
        "GET /?zeta_token=" + key + " HTTP/1.1"})
    EXPECT_THAT(Found(rules, text), ElementsAre("gitleaks-zeta-api-key")) << text;
  EXPECT_THAT(Found(rules, "a=yota_8fK3kq0v7M2x9R4t1w6Zp0O9i8U7y6&b=2"),
              ElementsAre("gitleaks-yota-pat"));
  EXPECT_THAT(Found(rules, "zeta_key=abcdk2v9x2m7q1w8z5t4p0o9i8u7y6t5"), IsEmpty());
  EXPECT_THAT(Found(rules, "zeta_key=" + key, {.path = "docs/manual/a.txt"}), IsEmpty());
  EXPECT_THAT(import.files.at("allow/imported.yaml"), HasSubstr("rules: ['gitleaks-*']"));
}

TEST(Import, BetterleaksExpressionsAreSaidToBeLeftOut) {
  const Import import = Imported(R"toml(
[[rules]]
id = "zeta-api-key"
description = "A key of Zeta."
regex = '''\b(zeta_[a-z0-9]{24})\b'''
filter = "entropy(secret) > 3"
specificity = 2

[[rules]]
id = "zeta-helper"
regex = '''zeta-[0-9]{6}'''
skipReport = true
)toml");
  EXPECT_NE(Compiled(import), nullptr);
  EXPECT_EQ(Word(import, "zeta-api-key").id, "betterleaks-zeta-api-key");
  EXPECT_THAT(Word(import, "zeta-api-key").notes, Contains("its filter expression is left out"));
  EXPECT_THAT(Word(import, "zeta-helper").reason, HasSubstr("only helps other rules"));
}

TEST(Import, NoseyParkerExamplesAreKeptAndFilledUp) {
  const Import import = Imported(R"yaml(
rules:
  - name: Zeta Key
    id: np.zeta.1
    pattern: |
      (?x)
      \b
      ( zeta_ [a-z0-9]{24} )   # the key itself
      \b
    description: Opens Zeta.
    references: [https://zeta.example/docs]
    examples:
      - 'curl -H "key: zeta_8f3kq0v7m2x9r4t1w6z5p0o9"'
    negative_examples:
      - 'zeta_short'
  - name: Broken
    id: np.zeta.2
    pattern: '(?<!x)zeta'
)yaml");
  const auto rules = Compiled(import);
  ASSERT_NE(rules, nullptr);
  ASSERT_EQ(RulesOf(*rules).size(), 1u);
  const Rule& rule = RulesOf(*rules)[0];
  EXPECT_EQ(rule.id, "np-zeta-1");
  EXPECT_EQ(rule.provider, "zeta");
  EXPECT_EQ(rule.pattern, "zeta_[a-z0-9]{24}");
  EXPECT_EQ(rule.positive[0].text, "curl -H \"key: zeta_8f3kq0v7m2x9r4t1w6z5p0o9\"");
  EXPECT_EQ(rule.positive.size(), 2u);
  EXPECT_EQ(rule.negative[0].text, "zeta_short");
  EXPECT_THAT(Word(import, "np.zeta.2").reason, HasSubstr("look-around"));
}

TEST(Import, KingfisherEntropyConfidenceAndRequirementsAreTaken) {
  const Import import = Imported(R"yaml(
rules:
  - name: Zeta Key
    id: kingfisher.zeta.1
    pattern: '(?xi) zeta (?:.|[\n\r]){0,32}? (?:SECRET|TOKEN) (?:.|[\n\r]){0,16}? \b ( [a-z0-9]{40} ) \b'
    min_entropy: 3.5
    confidence: high
    pattern_requirements: {min_digits: 2, ignore_if_contains: [dummy]}
    validation: {type: Http}
    examples:
      - zeta_token = k3v9x2m7q1w8z5t4p0o9i8u7y6t5r4e3abcdefgh
  - name: Helper
    id: kingfisher.zeta.2
    pattern: 'zeta-[0-9]{6}'
    visible: false
)yaml");
  const auto rules = Compiled(import);
  ASSERT_NE(rules, nullptr);
  const Rule& rule = RulesOf(*rules)[0];
  EXPECT_EQ(rule.id, "kingfisher-zeta-1");
  EXPECT_EQ(rule.min_entropy, 3.5);
  EXPECT_EQ(rule.confidence, Confidence::kHigh);
  EXPECT_THAT(rule.hints, ElementsAre("zeta"));
  EXPECT_THAT(Word(import, "kingfisher.zeta.1").notes, Contains("its live check is left out"));
  EXPECT_THAT(Word(import, "kingfisher.zeta.1").notes, Contains("its `min_digits` is left out"));
  EXPECT_THAT(Found(rules, "zeta_token=k3v9x2dummy8z5t4p0o9i8u7y6t5r4e3abcdefgh"), IsEmpty());
}

TEST(Import, WhatIsNoRuleFileIsAnErrorWithItsPlace) {
  const auto error = [](std::string_view text, std::optional<ForeignFormat> format = {}) {
    const auto file = ReadForeignFile(text, "other", format);
    return file ? "read" : file.error().ToString();
  };
  EXPECT_THAT(error("[[rules]]\nid = \n"), HasSubstr("other:2:"));
  EXPECT_THAT(error("[[~rules]]\n", ForeignFormat::kGitleaks), HasSubstr("is no TOML"));
  EXPECT_THAT(error(std::string("[[rules]]\n[[\0]]", 14)), HasSubstr("is no TOML"));
  EXPECT_THAT(error("rules: ["), HasSubstr("other:"));
  EXPECT_THAT(error("title: x\n"), HasSubstr("no list of `rules`"));
  EXPECT_THAT(error("x = 1\n", ForeignFormat::kGitleaks), HasSubstr("holds no rules"));
  EXPECT_THAT(error(std::string(5 << 20, '#'), ForeignFormat::kGitleaks), HasSubstr("4 MiB"));
}

}  // namespace
}  // namespace leaktrip

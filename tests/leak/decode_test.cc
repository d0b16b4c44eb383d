// Each encoding alone: what it decodes to, under which name, and where that was written.
#include "detectors/leak/decode.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <string>

#include "detectors/base/encoding.h"
#include "tests/leak/rules_for_tests.h"

namespace leaktrip {
namespace {

using test::Compile;
using test::Scan;
using test::SomeRules;

const std::string kToken = "ghp_k3JvQ9xZ2mWc7RtY5uBn8LpA4sDf6GhE1qTo";

std::string EachCharacter(std::string_view text, std::string_view before, std::string_view after,
                          bool wide = false) {
  std::string out;
  for (const char c : text) {
    out += before;
    if (wide) out += "00";
    out += HexEncode({&c, 1});
    out += after;
  }
  return out;
}

std::string Utf16(std::string_view text, bool little) {
  std::string out;
  for (const char c : text) {
    if (!little) out += '\0';
    out += c;
    if (little) out += '\0';
  }
  return out;
}

std::string Gzip(std::string text) {
  std::string out(text.size() + 128, '\0');
  z_stream stream{};
  deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
  stream.next_in = reinterpret_cast<Bytef*>(text.data());
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

// The steps of the one finding, its secret, and what stands at its span.
struct Found {
  std::string steps, secret, written;
};

Found FindToken(const std::string& text) {
  static const auto rules = Compile(SomeRules());
  const auto engine = MakeEngine(rules);
  std::vector<Finding> findings;
  engine->Scan({text, {}}, 0, &findings);
  std::erase_if(findings, [](const Finding& f) { return f.rule->id != "github"; });
  if (findings.size() != 1) return {std::to_string(findings.size()) + " findings", {}, {}};
  Found found;
  for (const auto step : findings[0].decoded)
    found.steps += (found.steps.empty() ? "" : " ") + std::string(Name(step));
  found.secret = findings[0].secret.Reveal();
  found.written = text.substr(findings[0].start, findings[0].end - findings[0].start);
  return found;
}

void ExpectFound(const std::string& written, const std::string& steps) {
  for (const auto& [before, after] :
       {std::pair<std::string, std::string>{"{\"v\":\"", "\",\"n\":1}"},
        {"level=info v=", " n=1"},
        {"", ""}}) {
    const Found found = FindToken(before + written + after);
    EXPECT_EQ(found.steps, steps) << before << written;
    EXPECT_EQ(found.secret, kToken) << before << written;
    EXPECT_EQ(found.written, written);
  }
}

TEST(Decode, Base64OfEitherAlphabetTakesItsPaddingAlong) {
  const std::string blob = Base64Encode(kToken);
  ASSERT_TRUE(blob.ends_with("=="));
  ExpectFound(blob, "base64");
  ExpectFound(blob.substr(0, blob.size() - 2), "base64");
  ExpectFound(Base64Encode(blob), "base64 base64");
}

TEST(Decode, Base64EndsWhereThePathGoesOn) {
  const std::string blob = Base64Encode(kToken + "12");
  EXPECT_EQ(FindToken("GET /v1/" + Base64Encode("t " + kToken) + "/show HTTP/1.1").secret, kToken);
  EXPECT_EQ(FindToken("GET /v1/keys/" + blob + " HTTP/1.1").steps, "0 findings");
}

TEST(Decode, Base64MayHoldTextOfAnyLanguage) {
  EXPECT_EQ(FindToken(Base64Encode("Der neue Schl\xc3\xbcssel: " + kToken)).secret, kToken);
}

TEST(Decode, DecodedValueKeepsTheNameItWasGiven) {
  const auto rules = Compile(SomeRules());
  const auto engine = MakeEngine(rules);
  const std::string hex32 = "7f3a91c04be28d56a0f1937bc2e85d64";
  const std::string text = "ACME_KEY: " + Base64Encode(hex32);
  const auto findings = Scan(engine.get(), text);
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].rule->id, "hinted");
  EXPECT_EQ(findings[0].start, 10u);
  EXPECT_EQ(findings[0].end, text.size());
  EXPECT_EQ(Scan(engine.get(), "ACME_KEY: " + HexEncode(hex32)).size(), 1u);
}

TEST(Decode, HexOfText) {
  ExpectFound(HexEncode(kToken), "hex");
  std::string upper = HexEncode(kToken);
  for (auto& c : upper) c = static_cast<char>(std::toupper(c));
  ExpectFound(upper, "hex");
  EXPECT_EQ(FindToken("0x" + HexEncode(kToken)).written, HexEncode(kToken));
}

TEST(Decode, PercentAndItsWideForm) {
  ExpectFound(EachCharacter(kToken, "%", ""), "percent");
  ExpectFound(EachCharacter(kToken, "%25", ""), "percent percent");
  ExpectFound(EachCharacter(kToken, "%u", "", true), "percent");
}

TEST(Decode, BackslashEscapesOfManyLanguages) {
  ExpectFound(EachCharacter(kToken, "\\u", "", true), "json");
  ExpectFound(EachCharacter(kToken, "\\\\u", "", true), "json");
  ExpectFound(EachCharacter(kToken, "\\x", ""), "escape");
  ExpectFound(EachCharacter(kToken, "\\u{", "}"), "escape");
  ExpectFound(EachCharacter(kToken, "\\x{", "}"), "escape");
  ExpectFound(EachCharacter(kToken, "\\U0000", "", true), "escape");
}

TEST(Decode, NotationOfUnicodeAndOfStyleSheets) {
  std::string plus = EachCharacter(kToken, "U+", " ", true);
  std::string css = EachCharacter(kToken, "\\", " ");
  plus.pop_back();
  css.pop_back();
  ExpectFound(plus, "unicode");
  ExpectFound(css, "unicode");
}

TEST(Decode, HtmlEntitiesByNumberAndName) {
  ExpectFound(EachCharacter(kToken, "&#x", ";"), "html");
  EXPECT_EQ(
      FindToken("k&amp;amp;v&#61;&quot;" + EachCharacter(kToken, "&#x", ";") + "&quot;").secret,
      kToken);
  EXPECT_EQ(FindToken("<a href=\"/?a=1&amp;t=" + kToken + "&amp;b=2\">").written, kToken);
}

TEST(Decode, TagsAndInvisibleCharactersWithinAWordPartNothing) {
  const std::string head = kToken.substr(0, 9), tail = kToken.substr(9);
  const std::string tagged = head + "</span><span class=\"x\">" + tail;
  const Found found = FindToken("<p><span>" + tagged + "</span></p>");
  EXPECT_EQ(found.steps, "markup");
  EXPECT_EQ(found.secret, kToken);
  EXPECT_EQ(found.written, tagged);
  EXPECT_EQ(FindToken("v=" + head + "\xe2\x80\x8b" + tail + " x").secret, kToken);
  EXPECT_EQ(FindToken("<p>" + head + "</p><p>" + tail + "</p>").steps, "0 findings");
}

TEST(Decode, Utf16OfEitherOrder) {
  const std::string text = "first line\r\nv=" + kToken + " n=1\r\nlast line\r\n";
  for (const bool little : {true, false})
    for (const std::string mark : {"", little ? "\xff\xfe" : "\xfe\xff"}) {
      const Found found = FindToken(mark + Utf16(text, little));
      EXPECT_EQ(found.steps, "utf-16");
      EXPECT_EQ(found.secret, kToken);
      EXPECT_EQ(found.written, Utf16(kToken, little));
    }
  EXPECT_EQ(FindToken("-EncodedCommand " + Base64Encode(Utf16("$t='" + kToken + "'", true))).steps,
            "base64 utf-16");
}

TEST(Decode, GzipMemberStandsForWhatItHolds) {
  const std::string member = Gzip("{\"v\":\"" + kToken + "\"}");
  const Found found = FindToken("head\n" + member);
  EXPECT_EQ(found.steps, "gzip");
  EXPECT_EQ(found.written, member);
  EXPECT_EQ(FindToken("blob=" + Base64Encode(member)).steps, "base64 gzip");
  EXPECT_EQ(FindToken(member.substr(0, 30)).steps, "0 findings");
}

TEST(Decode, GzipThatSwellsIsCutShort) {
  const std::string bomb = Gzip(std::string(8 << 20, 'a'));
  DecodedText decoded;
  DecodeOnce(bomb + bomb + bomb + bomb, {}, &decoded);
  EXPECT_LE(decoded.bytes.size(), 1u << 20);
}

TEST(Decode, TextWithoutTriggersDecodesToNothing) {
  DecodedText decoded;
  DecodeOnce("a b c=1 \\n 100% R&D a+b <p>x</p> C:\\temp 7f3a91c04be28d56a0f1937bc2e85d64", {},
             &decoded);
  EXPECT_EQ(decoded.bytes, "");
  DecodeOnce("313233343536373831323334353637 a3d3fa7c2bb99e469ba55e5834ce79ee4853a8a3", {},
             &decoded);
  EXPECT_EQ(decoded.bytes, "");
}

}  // namespace
}  // namespace leaktrip

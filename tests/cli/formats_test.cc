#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "daemon/cli/rule_reloader.h"
#include "tests/cli/run_command.h"
#include "tests/support/temp_dir.h"

namespace leaktrip {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr auto kAcme = R"(id: acme
description: Acme gateway
kind: line
lines: ['ACME|$time|$client|$user|$outcome']
fields:
  ts: time
  client_ip: client
  user: user
  status: {from: outcome, map: {yes: success, no: denied}}
examples:
  - {text: 'ACME|2024-03-04T00:00:19Z|203.0.113.9|ada|yes', event: {user: ada, status: 200}}
  - {text: 'ACME|2024-03-04T00:00:19Z|203.0.113.9|bob|no', event: {user: bob, status: 401}}
rejects: ['ACME']
)";

class FormatsTest : public testing::Test {
 protected:
  std::string Write(const std::string& name, const std::string& text) {
    std::filesystem::create_directories(std::filesystem::path(dir_.File(name)).parent_path());
    std::ofstream(dir_.File(name)) << text;
    return dir_.File(name);
  }
  std::string Rules() {
    Write("rules/formats/acme.yaml", kAcme);
    return dir_.File("rules");
  }

  test::TempDir dir_;
};

TEST_F(FormatsTest, OwnFormatIsListedShownAndTestedWithTheShippedOnes) {
  const auto list = test::RunCommand({"formats", "list", "--rules", Rules()});
  EXPECT_EQ(list.code, 0);
  EXPECT_THAT(list.out, HasSubstr("acme"));
  EXPECT_THAT(list.out, HasSubstr("nginx-json"));
  const auto show = test::RunCommand({"formats", "show", "acme", "nginx", "--rules", Rules()});
  EXPECT_THAT(show.out, HasSubstr("# formats/acme.yaml\nid: acme\n"));
  EXPECT_THAT(show.out, HasSubstr("id: nginx\n"));
  EXPECT_EQ(test::RunCommand({"formats", "test", "--rules", Rules()}).code, 0);
}

TEST_F(FormatsTest, WrongFormatsAreToldWithTheirPlace) {
  Write("rules/formats/a.yaml", "id: a\ndescription: d\nkind: tex\n");
  const auto outcome = test::RunCommand({"formats", "test", "--rules", dir_.File("rules")});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("rules/formats/a.yaml:3:7: `kind` must be one of"));
  EXPECT_EQ(test::RunCommand({"check", "--rules", dir_.File("rules")}).code, 1);
}

TEST_F(FormatsTest, DetectRanksTheFormatsOfAFileAndShowsOnlyTheShapeOfTheRest) {
  const auto file = Write(
      "x.log",
      "ACME|2024-03-04T00:00:19Z|203.0.113.9|ada|yes\nhunter2 leaked\nACME|2024-03-04T00:00:20Z|"
      "203.0.113.9|ada|no\n");
  const auto outcome = test::RunCommand({"formats", "detect", file, "--rules", Rules()});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_THAT(outcome.out, HasSubstr("3 lines, read as acme"));
  EXPECT_THAT(outcome.out, HasSubstr("66.7%"));
  EXPECT_THAT(outcome.out, HasSubstr("bad-line, shaped `aaaaaa9 aaaaaa`"));
  EXPECT_THAT(outcome.out, Not(HasSubstr("hunter2")));
  EXPECT_EQ(test::RunCommand({"formats", "detect", Write("junk", "what\n")}).code, 1);
  EXPECT_EQ(test::RunCommand({"formats", "detect", dir_.File("absent")}).code, 2);
}

TEST_F(FormatsTest, ReplayReadsAnyFormatNamedOrFoundOut) {
  std::string lines;
  for (int i = 10; i < 40; ++i)
    lines += "ACME|2024-03-04T00:00:" + std::to_string(i) + "Z|203.0.113.9|user" +
             std::to_string(i) + "|no\n";
  const auto file = Write("acme.log", lines);
  for (const auto* format : {"auto", "acme"}) {
    const auto outcome = test::RunCommand(
        {"replay", "--events", file, "--format", format, "--rules", Rules(), "--alerts", "-"});
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    EXPECT_THAT(outcome.err, HasSubstr("30 events"));
    EXPECT_THAT(outcome.err, HasSubstr("is read as acme"));
    EXPECT_THAT(outcome.out, HasSubstr("ip:203.0.113.9"));
  }
  const auto wrong =
      test::RunCommand({"replay", "--events", file, "--format", "nginks", "--alerts", "-"});
  EXPECT_EQ(wrong.code, 2);
  EXPECT_THAT(wrong.err, HasSubstr("unknown format `nginks`, did you mean `nginx`?"));
}

TEST_F(FormatsTest, ForwardedAddressesAreTakenFromTrustedProxiesOnly) {
  std::string lines;
  for (int i = 10; i < 40; ++i)
    lines += R"({"ts":"2024-03-04T00:00:)" + std::to_string(i) +
             R"(Z","client_ip":"10.0.0.1","forwarded_for":"203.0.113.9","status":401,"user":"u)" +
             std::to_string(i) + "\"}\n";
  const auto file = Write("x.jsonl", lines);
  const auto trusting = test::RunCommand(
      {"replay", "--events", file, "--trusted-proxies", "10.0.0.0/8", "--alerts", "-"});
  EXPECT_THAT(trusting.out, HasSubstr("ip:203.0.113.9"));
  const auto careful = test::RunCommand({"replay", "--events", file, "--alerts", "-"});
  EXPECT_THAT(careful.out, HasSubstr("ip:10.0.0.1"));
  EXPECT_THAT(careful.out, Not(HasSubstr("203.0.113.9")));
}

TEST_F(FormatsTest, ExplainNamesTheFormatOfALine) {
  const auto outcome = test::RunCommand(
      {"explain"},
      "Mar  4 00:00:19 web1 sshd[7]: Failed password for root from 203.0.113.9 port 1 ssh2\n");
  EXPECT_THAT(outcome.out, HasSubstr("Format: syslog-auth"));
  EXPECT_THAT(outcome.out, HasSubstr("judged as     denied"));
}

TEST_F(FormatsTest, ReloadBringsFormatsProxiesAndNetworks) {
  Rules();
  Write("n.csv", "192.0.2.0/24,64500,Example Cloud,DE,52.5,13.4\n");
  const auto config =
      Write("leaktrip.yaml",
            "kafka:\n  brokers: [localhost:9092]\n  topics: [{name: web, access: true, "
            "format: acme}]\nrules_dir: rules\nnetworks_file: n.csv\n"
            "trusted_proxies: [10.0.0.0/8]\n");
  const Reloaded reloaded = Reload(config, Secret("key"));
  ASSERT_TRUE(reloaded.rules) << reloaded.errors.front().ToString();
  EXPECT_GE(reloaded.formats->Find("acme"), 0);
  EXPECT_TRUE(reloaded.proxies->Contains(*IpAddress::Parse("10.1.1.1")));
  EXPECT_EQ(reloaded.networks->Find(*IpAddress::Parse("192.0.2.1"))->asn, 64500u);
  Write("n.csv", "192.0.2.0/24,x,,,,\n");
  const Reloaded broken = Reload(config, Secret("key"));
  EXPECT_FALSE(broken.rules);
  ASSERT_EQ(broken.errors.size(), 1u);
  EXPECT_THAT(broken.errors[0].ToString(), HasSubstr("n.csv:1:1: the AS number"));
}

TEST_F(FormatsTest, ConfigurationKnowsTheFormatsOfItsOwnFolder) {
  Rules();
  const std::string head =
      "kafka:\n  brokers: [localhost:9092]\n  topics: [{name: web, access: true, format: ";
  const auto good = Write("good.yaml", head + "acme}]\nrules_dir: rules\n");
  EXPECT_EQ(test::RunCommand({"check", "--config", good}).code, 0);
  const auto wrong = Write("wrong.yaml", head + "acne}]\nrules_dir: rules\n");
  const auto outcome = test::RunCommand({"check", "--config", wrong});
  EXPECT_EQ(outcome.code, 78);
  EXPECT_THAT(outcome.err,
              HasSubstr("wrong.yaml:3:46: unknown format `acne`, did you mean `acme`?"));
}

TEST_F(FormatsTest, NetworksAreImportedAndLookedUp) {
  const auto csv = Write("n.csv", "192.0.2.0/24,64500,Example Cloud,DE,52.5,13.4\n");
  const auto table = dir_.File("networks.table");
  const auto imported = test::RunCommand({"networks", "import", csv, "--out", table});
  EXPECT_EQ(imported.code, 0) << imported.err;
  const auto found = test::RunCommand({"networks", "find", table, "192.0.2.7", "192.0.3.7"});
  EXPECT_EQ(found.out,
            "192.0.2.7: AS64500 Example Cloud, DE, 52.5 13.4, hosting\n192.0.3.7: unknown\n");
  EXPECT_EQ(test::RunCommand({"networks", "import", dir_.File("absent"), "--out", table}).code, 2);
  EXPECT_EQ(test::RunCommand({"networks", "find", csv, "x"}).code, 2);
}

}  // namespace
}  // namespace leaktrip

// The example that ships must load, and must show every key there is.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <set>

#include "daemon/config/config.h"
#include "detectors/base/yaml.h"

namespace leaktrip {
namespace {

std::string Example() {
  std::ifstream stream(SYSTEMD_DIR "/leaktrip.yaml");
  return {std::istreambuf_iterator<char>(stream), {}};
}

TEST(ExampleConfig, IsValidAndEqualsTheDefaultsItNames) {
  Errors errors;
  const Config config = ParseConfig(Example(), "leaktrip.yaml", &errors);
  for (const auto& error : errors) ADD_FAILURE() << error.ToString();
  const Config defaults;
  EXPECT_EQ(config.state_dir, defaults.state_dir);
  EXPECT_EQ(config.outbox_max_megabytes, defaults.outbox_max_megabytes);
  EXPECT_EQ(config.max_open_alerts, defaults.max_open_alerts);
  EXPECT_EQ(config.max_record_bytes, defaults.max_record_bytes);
  EXPECT_EQ(config.min_confidence, defaults.min_confidence);
  EXPECT_EQ(config.listen, defaults.listen);
  EXPECT_EQ(config.log_level, defaults.log_level);
  EXPECT_EQ(config.kafka.group_id, defaults.kafka.group_id);
  EXPECT_EQ(config.revocation.mode, RevocationMode::kDryRun);
  EXPECT_EQ(config.revocation.fuse_per_minute, defaults.revocation.fuse_per_minute);
  EXPECT_EQ(config.revocation.confirm_after_secs, defaults.revocation.confirm_after_secs);
  EXPECT_EQ(config.revocation.actions.size(), 2u);
}

// The readers themselves say which keys they know: an unknown key's message lists them all.
std::set<std::string> KnownKeys(const std::string& text) {
  Errors errors;
  ParseConfig(text, "x", &errors);
  std::set<std::string> keys;
  for (const auto& error : errors) {
    const std::string mark = "unknown key `zzzzzzzzzz`, allowed are: ";
    if (!error.message.starts_with(mark)) continue;
    std::string list = error.message.substr(mark.size()) + ", ";
    for (size_t at = 0, next; (next = list.find(", ", at)) != std::string::npos; at = next + 2)
      keys.insert(list.substr(at, next - at));
  }
  return keys;
}

void CollectKeys(const YamlValue& value, std::set<std::string>* keys) {
  for (const auto& item : value.list) CollectKeys(item, keys);
  for (const auto& entry : value.map) {
    keys->insert(entry.key);
    CollectKeys(entry.value, keys);
  }
}

TEST(ExampleConfig, ShowsEveryKey) {
  std::set<std::string> shown;
  CollectKeys(*ParseYaml(Example(), "leaktrip.yaml"), &shown);
  const auto known = KnownKeys(
      "zzzzzzzzzz: 1\nkafka: {zzzzzzzzzz: 1, topics: [{zzzzzzzzzz: 1}]}\n"
      "webhooks: [{zzzzzzzzzz: 1}]\nrevocation: {zzzzzzzzzz: 1, actions: [{zzzzzzzzzz: 1}]}\n");
  EXPECT_GT(known.size(), 40u);
  for (const auto& key : known) EXPECT_TRUE(shown.contains(key)) << key << " is not explained";
}

}  // namespace
}  // namespace leaktrip

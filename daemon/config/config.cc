#include "daemon/config/config.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "daemon/config/config_sections.h"
#include "daemon/config/endpoint_url.h"
#include "daemon/config/format_set_loader.h"

namespace leaktrip {
namespace {

// A folder or file name as the configuration means it: relative ones count from its own folder.
std::string FromConfigFolder(const std::string& name, const std::string& config_file) {
  if (name.empty() || std::filesystem::path(name).is_absolute()) return name;
  return (std::filesystem::path(config_file).parent_path() / name).string();
}

void ReadTop(YamlMap* map, Config* config) {
  config->rules_dir = FromConfigFolder(map->String("rules_dir"), config->file);
  config->networks_file = FromConfigFolder(map->String("networks_file"), config->file);
  config->trusted_proxies = map->Strings("trusted_proxies");
  TrustedProxies proxies;
  for (const std::string& network : config->trusted_proxies)
    if (const auto added = proxies.Add(network); !added)
      map->Report("trusted_proxies", added.error().message);
  config->max_ahead_secs =
      static_cast<int>(map->Int("max_ahead_secs", config->max_ahead_secs, 1, 86'400));
  config->state_dir = FromConfigFolder(map->String("state_dir", config->state_dir), config->file);
  config->outbox_max_megabytes =
      map->Int("outbox_max_megabytes", config->outbox_max_megabytes, 16, 1 << 20);
  config->workers = static_cast<int>(map->Int("workers", config->workers, 0, 256));
  config->min_confidence = ReadConfidence(map, "min_confidence", config->min_confidence);
  config->max_open_alerts = static_cast<size_t>(
      map->Int("max_open_alerts", static_cast<int64_t>(config->max_open_alerts), 100, 10'000'000));
  config->max_record_bytes = static_cast<size_t>(
      map->Int("max_record_bytes", static_cast<int64_t>(config->max_record_bytes), 1024, 64 << 20));
  config->listen = map->String("listen", config->listen);
  if (!config->listen.empty())
    if (const auto wrong = CheckListenAddress(config->listen); !wrong.empty())
      map->Report("listen", "`listen` " + wrong);
  static const std::vector<std::string_view> kLevels = {"debug", "info", "warning", "error"};
  config->log_level = kLevels[map->Choice("log_level", kLevels, 1)];
}

}  // namespace

std::string ReadName(YamlMap* map, std::set<std::string>* used) {
  std::string name = map->RequiredString("name");
  const bool fit =
      name.size() <= 64 && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
      });
  if (!fit)
    map->Report("name", "`name` may hold a-z, 0-9, '-', '_' and '.', and at most 64 of them");
  else if (!name.empty() && !used->insert(name).second)
    map->Report("name", "name `" + name + "` is used twice: give each its own");
  return name;
}

std::string ReadUrl(YamlMap* map, bool* allow_http) {
  *allow_http = map->Bool("allow_http", false);
  std::string url = map->RequiredString("url");
  if (url.empty()) return url;
  if (const auto wrong = CheckEndpointUrl(url, *allow_http); !wrong.empty())
    map->Report("url", "`url` " + wrong);
  return url;
}

Severity ReadSeverity(YamlMap* map, std::string_view key, Severity fallback) {
  static const std::vector<std::string_view> kNames = {"info", "low", "medium", "high", "critical"};
  return static_cast<Severity>(map->Choice(key, kNames, static_cast<size_t>(fallback)));
}

Confidence ReadConfidence(YamlMap* map, std::string_view key, Confidence fallback) {
  static const std::vector<std::string_view> kNames = {"low", "medium", "high"};
  return static_cast<Confidence>(map->Choice(key, kNames, static_cast<size_t>(fallback)));
}

Config ParseConfig(std::string_view text, const std::string& file, Errors* errors) {
  Config config;
  config.file = file;
  const auto tree = ParseYaml(text, file);
  if (!tree) {
    errors->push_back(tree.error());
    return config;
  }
  YamlMap map(*tree, errors);
  if (!map.Has("kafka"))
    errors->push_back({Code::kInvalid,
                       "`kafka` is missing: it names the brokers and the topics to read",
                       {file, 1, 1}});
  config.kafka = ReadKafkaSection(map.Map("kafka"));
  ReadTop(&map, &config);
  config.webhooks = ReadWebhooksSection(map.Maps("webhooks"));
  config.revocation = ReadRevocationSection(map.Map("revocation"));
  map.Finish();
  if (config.rules_dir.empty()) CheckTopicFormats(config, errors);
  std::stable_sort(errors->begin(), errors->end(), [](const Error& a, const Error& b) {
    return std::pair(a.place.line, a.place.column) < std::pair(b.place.line, b.place.column);
  });
  return config;
}

Result<Config> LoadConfig(const std::string& file, Errors* errors) {
  std::error_code error;
  if (!std::filesystem::exists(file, error))
    return Fail(Code::kNotFound, "configuration file is not there", {file});
  if (!std::filesystem::is_regular_file(file, error))
    return Fail(Code::kIo, "is not a file", {file});
  std::ifstream stream(file, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(stream), {}};
  if (!stream) return Fail(Code::kIo, "configuration file cannot be read", {file});
  const size_t before = errors->size();
  Config config = ParseConfig(text, file, errors);
  if (errors->size() > before) return std::unexpected(errors->at(before));
  return config;
}

}  // namespace leaktrip

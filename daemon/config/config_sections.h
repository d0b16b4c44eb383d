// The sections of the configuration file, one reader each; ParseConfig() calls them. Each asks for
// its keys, reports what is wrong to the map's errors, and calls Finish().
#pragma once

#include <set>
#include <string>

#include "daemon/config/config.h"
#include "detectors/base/yaml.h"

namespace leaktrip {

KafkaConfig ReadKafkaSection(YamlMap map);
std::vector<WebhookConfig> ReadWebhooksSection(std::vector<YamlMap>&& maps);
RevocationConfig ReadRevocationSection(YamlMap map);

// A required `name` that is fit for a metric label and a webhook id, and not used before.
std::string ReadName(YamlMap* map, std::set<std::string>* used);
// A required `url`, with `allow_http` beside it.
std::string ReadUrl(YamlMap* map, bool* allow_http);
Severity ReadSeverity(YamlMap* map, std::string_view key, Severity fallback);
Confidence ReadConfidence(YamlMap* map, std::string_view key, Confidence fallback);

}  // namespace leaktrip

#include "daemon/config/config_sections.h"

namespace leaktrip {
namespace {

WebhookConfig ReadWebhook(YamlMap map, std::set<std::string>* used) {
  WebhookConfig webhook;
  webhook.place = map.place();
  webhook.name = ReadName(&map, used);
  webhook.url = ReadUrl(&map, &webhook.allow_http);
  webhook.secret_file = map.RequiredString("secret_file");
  webhook.min_severity = ReadSeverity(&map, "min_severity", webhook.min_severity);
  webhook.timeout_secs = static_cast<int>(map.Int("timeout_secs", webhook.timeout_secs, 1, 300));
  map.Finish();
  return webhook;
}

}  // namespace

std::vector<WebhookConfig> ReadWebhooksSection(std::vector<YamlMap>&& maps) {
  std::vector<WebhookConfig> webhooks;
  webhooks.reserve(maps.size());
  std::set<std::string> used;
  for (auto& map : maps) webhooks.push_back(ReadWebhook(map, &used));
  return webhooks;
}

}  // namespace leaktrip

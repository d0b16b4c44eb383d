#include "daemon/deliver/endpoint.h"

#include "daemon/config/endpoint_url.h"
#include "daemon/config/secret_file.h"

namespace leaktrip {
namespace {

constexpr Millis kSecond = 1000;

std::vector<Secret> ReadSecrets(const std::string& file, const Config& config,
                                const std::string& what, const Place& place, Errors* errors) {
  auto secrets = ReadWebhookSecrets(file, config.file);
  if (secrets) return std::move(*secrets);
  errors->push_back({secrets.error().code, what + ": " + secrets.error().ToString(), place});
  return {};
}

void CheckUrl(const std::string& url, bool allow_http, const std::string& what, const Place& place,
              Errors* errors) {
  if (const std::string wrong = CheckEndpointUrl(url, allow_http); !wrong.empty())
    errors->push_back({Code::kInvalid, what + ": its url " + wrong, place});
}

}  // namespace

std::vector<Endpoint> LoadEndpoints(const Config& config, Errors* errors) {
  std::vector<Endpoint> endpoints;
  for (const WebhookConfig& webhook : config.webhooks) {
    const std::string what = "webhook `" + webhook.name + "`";
    CheckUrl(webhook.url, webhook.allow_http, what, webhook.place, errors);
    endpoints.push_back({webhook.name, webhook.url,
                         ReadSecrets(webhook.secret_file, config, what, webhook.place, errors),
                         webhook.min_severity, webhook.timeout_secs * kSecond});
  }
  return endpoints;
}

std::vector<RevocationAction> LoadRevocationActions(const Config& config, Errors* errors) {
  std::vector<RevocationAction> actions;
  for (const RevocationActionConfig& from : config.revocation.actions) {
    const std::string what = "revocation action `" + from.name + "`";
    CheckUrl(from.url, from.allow_http, what, from.place, errors);
    RevocationAction action;
    action.name = from.name;
    action.type = from.type;
    action.url = from.url;
    action.client_id = from.client_id;
    action.timeout = from.timeout_secs * kSecond;
    if (from.type == RevocationActionConfig::Type::kWebhook)
      action.secrets = ReadSecrets(from.secret_file, config, what, from.place, errors);
    if (!from.client_secret_file.empty()) {
      auto secret = ReadSecretFile(from.client_secret_file, config.file);
      if (secret)
        action.client_secret = std::move(*secret);
      else
        errors->push_back(
            {secret.error().code, what + ": " + secret.error().ToString(), from.place});
    }
    actions.push_back(std::move(action));
  }
  return actions;
}

}  // namespace leaktrip

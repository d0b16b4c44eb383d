// Where requests go, with the secrets that the configuration only names.
#pragma once

#include <string>
#include <vector>

#include "daemon/config/config.h"
#include "detectors/base/secret.h"
#include "detectors/base/time.h"

namespace leaktrip {

struct Endpoint {
  std::string name;
  std::string url;              // may hold a secret of its receiver: never shown
  std::vector<Secret> secrets;  // decoded; several while one is rotated
  Severity min_severity = Severity::kLow;
  Millis timeout = 20'000;
};

// One way to revoke a token.
struct RevocationAction {
  std::string name;
  RevocationActionConfig::Type type = RevocationActionConfig::Type::kWebhook;
  std::string url;
  std::vector<Secret> secrets;  // webhook
  std::string client_id;        // rfc7009, optional
  Secret client_secret;
  Millis timeout = 20'000;
};

// Reads the secret files; every error at once.
std::vector<Endpoint> LoadEndpoints(const Config& config, Errors* errors);
std::vector<RevocationAction> LoadRevocationActions(const Config& config, Errors* errors);

}  // namespace leaktrip

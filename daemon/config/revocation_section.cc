#include "daemon/config/config_sections.h"
#include "detectors/base/fingerprint.h"

namespace leaktrip {
namespace {

using Action = RevocationActionConfig;

Action ReadAction(YamlMap map, std::set<std::string>* used) {
  static const std::vector<std::string_view> kTypes = {"webhook", "rfc7009"};
  Action action;
  action.place = map.place();
  action.name = ReadName(&map, used);
  if (!map.Has("type")) map.Report("type", "`type` is missing: webhook or rfc7009");
  action.type = static_cast<Action::Type>(map.Choice("type", kTypes, 0));
  action.url = ReadUrl(&map, &action.allow_http);
  action.secret_file = map.String("secret_file");
  action.client_id = map.String("client_id");
  action.client_secret_file = map.String("client_secret_file");
  action.kinds = map.Strings("kinds");
  action.providers = map.Strings("providers");
  action.timeout_secs = static_cast<int>(map.Int("timeout_secs", action.timeout_secs, 1, 300));
  if (action.type == Action::Type::kWebhook) {
    if (action.secret_file.empty())
      map.Report("secret_file", "`secret_file` is missing: it signs the request");
    for (const auto* key : {"client_id", "client_secret_file"})
      if (map.Has(key)) map.Report(key, std::string("`") + key + "` is for `type: rfc7009` only");
  } else {
    if (map.Has("secret_file"))
      map.Report("secret_file",
                 "`secret_file` is for `type: webhook` only; use `client_secret_file`");
    if (action.client_id.empty() && !action.client_secret_file.empty())
      map.Report("client_secret_file", "`client_id` is missing: the secret alone names nobody");
  }
  map.Finish();
  return action;
}

}  // namespace

RevocationConfig ReadRevocationSection(YamlMap map) {
  static const std::vector<std::string_view> kModes = {"off", "dry-run", "approve", "auto"};
  RevocationConfig revocation;
  revocation.mode =
      static_cast<RevocationMode>(map.Choice("mode", kModes, static_cast<size_t>(revocation.mode)));
  revocation.min_confidence = ReadConfidence(&map, "min_confidence", revocation.min_confidence);
  revocation.min_severity = ReadSeverity(&map, "min_severity", revocation.min_severity);
  revocation.fuse_per_minute =
      static_cast<int>(map.Int("fuse_per_minute", revocation.fuse_per_minute, 1, 10'000));
  revocation.confirm_after_secs =
      static_cast<int>(map.Int("confirm_after_secs", revocation.confirm_after_secs, 1, 604'800));
  revocation.never = map.Strings("never");
  for (size_t i = 0; i < revocation.never.size(); ++i)  // not shown: it may be a token pasted here
    if (!Fingerprint::FromHex(revocation.never[i]))
      map.Report("never",
                 "item " + std::to_string(i + 1) +
                     " of `never` is not a fingerprint: 64 hex digits, as alerts show them");
  revocation.key_file = map.String("key_file");
  std::set<std::string> used;
  for (auto& action : map.Maps("actions")) revocation.actions.push_back(ReadAction(action, &used));
  map.Finish();
  return revocation;
}

}  // namespace leaktrip

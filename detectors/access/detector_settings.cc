#include "detectors/access/detector_settings.h"

namespace leaktrip {

CommonSettings CommonSettings::From(YamlMap* map, Severity severity, size_t max_entries) {
  static const std::vector<std::string_view> kNames = {"info", "low", "medium", "high", "critical"};
  CommonSettings common;
  common.severity =
      static_cast<Severity>(map->Choice("severity", kNames, static_cast<size_t>(severity)));
  common.max_entries = static_cast<size_t>(
      map->Int("max_entries", static_cast<int64_t>(max_entries), 1'000, 10'000'000));
  return common;
}

const std::vector<DetectorKind>& DetectorKinds() {
  static const std::vector<DetectorKind> kinds = {
      {"leaked-token-used", MakeLeakedTokenUsed},
      {"revoked-token-used", MakeRevokedTokenUsed},
      {"success-after-failures", MakeSuccessAfterFailures},
      {"failed-attempts", MakeFailedAttempts},
      {"targeted-account", MakeTargetedAccount},
      {"credential-stuffing", MakeCredentialStuffing},
      {"password-spraying", MakePasswordSpraying},
      {"token-enumeration", MakeTokenEnumeration},
      {"token-fan-out", MakeTokenFanOut},
      {"impossible-travel", MakeImpossibleTravel},
      {"unusual-address", MakeUnusualAddress},
      {"dormant-token", MakeDormantToken},
      {"request-surge", MakeRequestSurge},
  };
  return kinds;
}

}  // namespace leaktrip

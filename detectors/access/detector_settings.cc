#include "detectors/access/detector_settings.h"

namespace leaktrip {

CommonSettings CommonSettings::From(YamlMap* map, Severity severity) {
  static const std::vector<std::string_view> kNames = {"info", "low", "medium", "high", "critical"};
  CommonSettings common;
  common.severity =
      static_cast<Severity>(map->Choice("severity", kNames, static_cast<size_t>(severity)));
  common.max_entries = static_cast<size_t>(map->Int("max_entries", 50'000, 1'000, 10'000'000));
  return common;
}

const std::vector<DetectorKind>& DetectorKinds() {
  static const std::vector<DetectorKind> kinds = {
      {"leaked-token-used", MakeLeakedTokenUsed},
      {"revoked-token-used", MakeRevokedTokenUsed},
      {"success-after-failures", MakeSuccessAfterFailures},
      {"failed-attempts", MakeFailedAttempts},
      {"password-spraying", MakePasswordSpraying},
      {"unusual-address", MakeUnusualAddress},
  };
  return kinds;
}

}  // namespace leaktrip

// What every detector's settings file may say, and the registry of detectors.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "detectors/access/detector.h"
#include "detectors/base/yaml.h"

namespace leaktrip {

struct CommonSettings {
  Severity severity = Severity::kMedium;
  size_t max_entries = 50'000;  // entities remembered

  static CommonSettings From(YamlMap* map, Severity severity, size_t max_entries = 50'000);
};

// A detector by its id and the function that reads its own keys from its file and makes it.
struct DetectorKind {
  std::string_view id;
  std::unique_ptr<Detector> (*make)(YamlMap* settings);
};

// In the order in which they judge an event.
const std::vector<DetectorKind>& DetectorKinds();

std::unique_ptr<Detector> MakeLeakedTokenUsed(YamlMap* settings);
std::unique_ptr<Detector> MakeRevokedTokenUsed(YamlMap* settings);
std::unique_ptr<Detector> MakeSuccessAfterFailures(YamlMap* settings);
std::unique_ptr<Detector> MakeFailedAttempts(YamlMap* settings);
std::unique_ptr<Detector> MakePasswordSpraying(YamlMap* settings);
std::unique_ptr<Detector> MakeTargetedAccount(YamlMap* settings);
std::unique_ptr<Detector> MakeCredentialStuffing(YamlMap* settings);
std::unique_ptr<Detector> MakeTokenEnumeration(YamlMap* settings);
std::unique_ptr<Detector> MakeTokenFanOut(YamlMap* settings);
std::unique_ptr<Detector> MakeImpossibleTravel(YamlMap* settings);
std::unique_ptr<Detector> MakeDormantToken(YamlMap* settings);
std::unique_ptr<Detector> MakeRequestSurge(YamlMap* settings);
std::unique_ptr<Detector> MakeUnusualAddress(YamlMap* settings);

}  // namespace leaktrip

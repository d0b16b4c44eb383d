#include "detectors/base/level.h"

#include <array>

namespace leaktrip {
namespace {

constexpr std::array<std::string_view, 5> kSeverities = {"info", "low", "medium", "high",
                                                         "critical"};
constexpr std::array<std::string_view, 3> kConfidences = {"low", "medium", "high"};

template <typename Level, size_t N>
std::optional<Level> Find(const std::array<std::string_view, N>& names, std::string_view name) {
  for (size_t i = 0; i < N; ++i)
    if (names[i] == name) return static_cast<Level>(i);
  return std::nullopt;
}

}  // namespace

std::string_view Name(Severity severity) { return kSeverities[static_cast<size_t>(severity)]; }
std::string_view Name(Confidence confidence) {
  return kConfidences[static_cast<size_t>(confidence)];
}
std::optional<Severity> ParseSeverity(std::string_view name) {
  return Find<Severity>(kSeverities, name);
}
std::optional<Confidence> ParseConfidence(std::string_view name) {
  return Find<Confidence>(kConfidences, name);
}

}  // namespace leaktrip

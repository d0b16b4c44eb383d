// Severity and Confidence: how bad it is, and how sure we are.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace leaktrip {

enum class Severity : uint8_t { kInfo, kLow, kMedium, kHigh, kCritical };
enum class Confidence : uint8_t { kLow, kMedium, kHigh };

std::string_view Name(Severity severity);      // "info" … "critical"
std::string_view Name(Confidence confidence);  // "low", "medium", "high"
std::optional<Severity> ParseSeverity(std::string_view name);
std::optional<Confidence> ParseConfidence(std::string_view name);

}  // namespace leaktrip

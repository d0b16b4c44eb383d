// The declared metrics: name (without the prefix `leaktrip_`), kind and help text. Static.
#pragma once

#include <span>
#include <string_view>

namespace leaktrip {

enum class MetricKind { kCounter, kGauge, kHistogram };

struct MetricInfo {
  std::string_view name;
  MetricKind kind;
  std::string_view help;
};

std::span<const MetricInfo> MetricsTable();

}  // namespace leaktrip

#include "detectors/access/networks.h"

#include <array>

#include "detectors/access/network_ranges.h"
#include "detectors/access/network_table.h"

namespace leaktrip {
namespace {

constexpr std::array<std::string_view, 5> kNames = {"", "eyeball", "hosting", "mobile", "vpn"};

class NoNetworks : public Networks {
 public:
  std::optional<NetworkInfo> Find(const IpAddress&) const override { return std::nullopt; }
};

}  // namespace

std::string_view Name(NetworkKind kind) { return kNames[static_cast<size_t>(kind)]; }

std::optional<NetworkKind> NetworkKindOf(std::string_view name) {
  for (size_t i = 0; i < kNames.size(); ++i)
    if (name == kNames[i]) return static_cast<NetworkKind>(i);
  return std::nullopt;
}

std::shared_ptr<const Networks> Networks::None() {
  static const auto none = std::make_shared<const NoNetworks>();
  return none;
}

Result<std::shared_ptr<const Networks>> Networks::FromCsv(std::string_view text,
                                                          const std::string& file) {
  auto ranges = RangesFromCsv(text, file);
  if (!ranges) return std::unexpected(ranges.error());
  return NetworkTable::Of(*ranges);
}

}  // namespace leaktrip

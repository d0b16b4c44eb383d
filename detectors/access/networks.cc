#include "detectors/access/networks.h"

namespace leaktrip {
namespace {

class NoNetworks : public Networks {
 public:
  std::optional<NetworkInfo> Find(const IpAddress&) const override { return std::nullopt; }
};

}  // namespace

std::shared_ptr<const Networks> Networks::None() {
  static const auto none = std::make_shared<const NoNetworks>();
  return none;
}

}  // namespace leaktrip

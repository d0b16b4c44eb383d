#include "detectors/access/geo.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace leaktrip {

double Kilometres(const NetworkInfo& a, const NetworkInfo& b) {
  if ((a.latitude == 0 && a.longitude == 0) || (b.latitude == 0 && b.longitude == 0)) return 0;
  constexpr double kRadius = 6371;
  constexpr double kRadians = std::numbers::pi / 180;
  const double lat1 = a.latitude * kRadians, lat2 = b.latitude * kRadians;
  const double dlat = lat2 - lat1, dlon = (b.longitude - a.longitude) * kRadians;
  const double h = std::pow(std::sin(dlat / 2), 2) +
                   std::cos(lat1) * std::cos(lat2) * std::pow(std::sin(dlon / 2), 2);
  return 2 * kRadius * std::asin(std::sqrt(std::clamp(h, 0.0, 1.0)));
}

}  // namespace leaktrip

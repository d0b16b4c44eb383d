// Distance on the globe. Pure function.
#pragma once

#include "detectors/access/networks.h"

namespace leaktrip {

// Great-circle distance in kilometres; 0 when either position is unknown (0, 0).
double Kilometres(const NetworkInfo& a, const NetworkInfo& b);

}  // namespace leaktrip

// Which systems rent machines (clouds, servers, VPN exits) and which serve people: judged by the
// name of the AS. To be known from one address of a cloud says nothing about its other tenants.
// Pure function.
#pragma once

#include <string_view>

#include "detectors/access/networks.h"

namespace leaktrip {

bool IsHostingName(std::string_view as_name);
// By the kind of the network where it is known, else by the name. VPN exits are rented machines.
bool IsHosting(const NetworkInfo& info);

}  // namespace leaktrip

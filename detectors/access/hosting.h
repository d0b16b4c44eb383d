// Which systems rent machines (clouds, servers, VPN exits) and which serve people: judged by the
// name of the AS. To be known from one address of a cloud says nothing about its other tenants.
// Pure function.
#pragma once

#include <string_view>

namespace leaktrip {

bool IsHostingName(std::string_view as_name);

}  // namespace leaktrip

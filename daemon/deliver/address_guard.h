// AddressGuard: which resolved addresses a request may be sent to.
//
// The address is judged when the socket is opened, after name resolution, so a name that resolves
// to something else tomorrow is judged tomorrow.
//
// Never: link-local (where clouds keep their metadata services), other known metadata addresses,
// unspecified, multicast and reserved ones, also when an IPv6 form hides the IPv4 address.
// Loopback: only when the configured URL names it. Private networks: allowed, because most
// receivers live there and the operator wrote the URL; over https the certificate proves the
// peer, and plain http to another machine needs allow_http already. Pure functions, any thread.
#pragma once

#include <string_view>

#include "detectors/base/ip_address.h"

namespace leaktrip {

// "" when the address may be used, else what it is.
std::string_view RefusedAddress(const IpAddress& address, bool allow_loopback);
// True when the URL's own host is localhost or a loopback address.
bool NamesLoopback(const std::string& url);

}  // namespace leaktrip

// The client's address: read leniently, and found behind proxies that are trusted.
//
// Anybody can send an X-Forwarded-For or Forwarded header. Only what a trusted proxy appended
// counts: from the right, the first address that is no trusted proxy's is the client. Pure
// functions and an immutable value; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "detectors/base/ip_address.h"
#include "detectors/base/result.h"

namespace leaktrip {

// "192.0.2.1", "192.0.2.1:443", "[2001:db8::1]:443", "2001:db8::1%eth0", with quotes or spaces
// around. nullopt for a name or anything else.
std::optional<IpAddress> ParseClientAddress(std::string_view text);

class TrustedProxies {
 public:
  // A network such as "10.0.0.0/8", or one address.
  Result<void> Add(std::string_view cidr);
  bool Contains(const IpAddress& ip) const;
  bool empty() const { return networks_.empty(); }

 private:
  struct Network {
    IpAddress first;
    int bits = 0;  // within its own family
  };
  std::vector<Network> networks_;
};

// peer: who connected, or a list whose last item did; forwarded: the value of X-Forwarded-For
// (a list of addresses) or of Forwarded (RFC 7239), as the outermost proxy wrote it.
std::optional<IpAddress> ClientBehindProxies(std::string_view peer, std::string_view forwarded,
                                             const TrustedProxies& proxies);

}  // namespace leaktrip

#include "daemon/deliver/address_guard.h"

#include <curl/curl.h>

#include <algorithm>
#include <memory>

#include "daemon/ops/loopback.h"

namespace leaktrip {
namespace {

bool Within(const IpAddress& address, std::string_view network, int bits) {
  const IpAddress base = *IpAddress::Parse(network);
  return address.IsV4() == base.IsV4() && address.Masked(bits) == base;
}

IpAddress V4At(const IpAddress& address, size_t offset) {
  IpAddress v4 = *IpAddress::Parse("0.0.0.0");
  std::copy_n(address.bytes.begin() + static_cast<ptrdiff_t>(offset), 4, v4.bytes.begin() + 12);
  return v4;
}

std::string_view RefusedV4(const IpAddress& address, bool allow_loopback) {
  if (Within(address, "169.254.0.0", 16)) return "a link-local address";
  if (Within(address, "100.100.100.200", 32) || Within(address, "192.0.0.192", 32))
    return "a metadata address";
  if (Within(address, "0.0.0.0", 8)) return "an unspecified address";
  if (Within(address, "224.0.0.0", 3)) return "a multicast or reserved address";
  if (Within(address, "127.0.0.0", 8) && !allow_loopback)
    return "a loopback address that the URL does not name";
  return {};
}

}  // namespace

std::string_view RefusedAddress(const IpAddress& address, bool allow_loopback) {
  if (address.IsV4()) return RefusedV4(address, allow_loopback);
  if (Within(address, "fe80::", 10)) return "a link-local address";
  if (Within(address, "fd00:ec2::254", 128) || Within(address, "fd20:ce::254", 128))
    return "a metadata address";
  if (Within(address, "ff00::", 8)) return "a multicast or reserved address";
  if (Within(address, "::1", 128))
    return allow_loopback ? std::string_view() : "a loopback address that the URL does not name";
  // Forms that carry an IPv4 address: compatible, NAT64 and 6to4.
  if (Within(address, "::", 96) || Within(address, "64:ff9b::", 96))
    return RefusedV4(V4At(address, 12), false);
  if (Within(address, "2002::", 16)) return RefusedV4(V4At(address, 2), false);
  return {};
}

bool NamesLoopback(const std::string& url) {
  const std::unique_ptr<CURLU, decltype(&curl_url_cleanup)> parsed(curl_url(), &curl_url_cleanup);
  char* host = nullptr;
  if (curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK ||
      curl_url_get(parsed.get(), CURLUPART_HOST, &host, 0) != CURLUE_OK)
    return false;
  const bool loopback = IsLoopbackHost(host);
  curl_free(host);
  return loopback;
}

}  // namespace leaktrip

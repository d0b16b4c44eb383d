#include "daemon/config/endpoint_url.h"

#include <curl/curl.h>

#include <memory>

#include "daemon/ops/loopback.h"

namespace leaktrip {
namespace {

using Url = std::unique_ptr<CURLU, decltype(&curl_url_cleanup)>;

std::string Part(const Url& url, CURLUPart part) {
  char* text = nullptr;
  if (curl_url_get(url.get(), part, &text, 0) != CURLUE_OK) return {};
  std::string copy(text);
  curl_free(text);
  return copy;
}

}  // namespace

std::string CheckEndpointUrl(const std::string& text, bool allow_http) {
  // Before curl sees it: it would guess a scheme and take a word for a host.
  const auto colon = text.find("://");
  if (colon == std::string::npos) return "is not a URL: it must start with https://";
  const std::string scheme = text.substr(0, colon);
  if (scheme != "https" && scheme != "http")
    return "has scheme `" + scheme + "`: only https:// (and http:// to this machine) can be used";
  const Url url(curl_url(), &curl_url_cleanup);
  if (const auto error = curl_url_set(url.get(), CURLUPART_URL, text.c_str(), 0))
    return std::string("is not a URL: ") + curl_url_strerror(error);
  if (!Part(url, CURLUPART_USER).empty() || !Part(url, CURLUPART_PASSWORD).empty())
    return "holds a user or password: take it out, requests are signed with secret_file";
  if (!Part(url, CURLUPART_FRAGMENT).empty()) return "has a fragment (#…): take it out";
  if (scheme == "http" && !allow_http && !IsLoopbackHost(Part(url, CURLUPART_HOST)))
    return "is not encrypted: use https://, or set `allow_http: true` if the network is trusted";
  return {};
}

std::string CheckListenAddress(std::string_view text) {
  const HostPort address = SplitHostPort(text);
  if (address.port < 0) return "must be HOST:PORT, such as 127.0.0.1:9471 or [::1]:9471";
  if (!IsLoopbackHost(address.host))
    return "must be a loopback address: the pages have no password; use a proxy to publish them";
  return {};
}

}  // namespace leaktrip

#include "detectors/access/hosting.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>

namespace leaktrip {
namespace {

// Lower case; a word of a name is enough. Large providers by name, the rest by what they call
// themselves.
constexpr std::array<std::string_view, 63> kWords = {
    "amazon",      "aws",          "google-cloud", "google-private", "google llc",   "microsoft",
    "azure",       "oracle",       "alibaba",      "tencent",        "digitalocean", "linode",
    "akamai",      "vultr",        "choopa",       "hetzner",        "ovh",          "contabo",
    "scaleway",    "online s.a.s", "leaseweb",     "m247",           "datacamp",     "cdn77",
    "ponynet",     "frantech",     "colocrossing", "hostinger",      "ionos",        "selectel",
    "timeweb",     "kamatera",     "upcloud",      "cloudflare",     "fastly",       "rackspace",
    "quadranet",   "psychz",       "hostwinds",    "dedipath",       "clouvider",    "worldstream",
    "31173",       "mullvad",      "nordvpn",      "packethub",      "hosting",      "hoster",
    "server",      "vps",          "vpn",          "cloud",          "datacenter",   "data center",
    "data-center", "data centre",  "colo",         "dedicated",      "zscaler",      "netskope",
    "equinix",     "ibm",          "softlayer"};

}  // namespace

bool IsHostingName(std::string_view as_name) {
  std::string name(as_name);
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return std::any_of(kWords.begin(), kWords.end(),
                     [&](std::string_view word) { return name.find(word) != std::string::npos; });
}

bool IsHosting(const NetworkInfo& info) {
  if (info.kind == NetworkKind::kUnknown) return IsHostingName(info.as_name);
  return info.kind == NetworkKind::kHosting || info.kind == NetworkKind::kVpn;
}

}  // namespace leaktrip

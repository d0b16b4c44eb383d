// Checks of the addresses a configuration names. Pure functions, any thread.
#pragma once

#include <string>
#include <string_view>

namespace leaktrip {

// "" when requests may go to url: https, or http to a loopback host or when allow_http; no
// userinfo, no fragment. Otherwise what is wrong and how to fix it.
std::string CheckEndpointUrl(const std::string& url, bool allow_http);
// "" when text is a loopback HOST:PORT to listen on. Otherwise what is wrong and how to fix it.
std::string CheckListenAddress(std::string_view text);

}  // namespace leaktrip

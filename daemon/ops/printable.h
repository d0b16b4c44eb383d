// Foreign bytes made fit for a terminal or a log line: control characters and bytes that are not
// UTF-8 become \xNN, so that no input can forge a line or steer a terminal. Pure, any thread.
#pragma once

#include <string>
#include <string_view>

namespace leaktrip {

std::string Printable(std::string_view text);

}  // namespace leaktrip

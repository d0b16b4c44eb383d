// Lines that hold secrets, from a person or a pipe: what is typed on a terminal is not shown. One
// thread; the terminal is put back whatever happens in between.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

namespace leaktrip {

// Reads stdin to its end, or on a terminal to the first empty line; at most 100 lines.
std::vector<std::string> ReadSecretLines(const std::string& prompt, std::ostream& err);

}  // namespace leaktrip

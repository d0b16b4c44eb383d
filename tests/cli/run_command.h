// Runs a command of the program inside the test. One thread at a time (stdin is shared).
#pragma once

#include <iostream>
#include <sstream>
#include <string>

#include "daemon/cli/commands.h"

namespace leaktrip::test {

struct Outcome {
  int code = 0;
  std::string out;
  std::string err;
};

inline Outcome RunCommand(const Words& words, const std::string& input = {}) {
  std::istringstream in(input);
  std::streambuf* const before = std::cin.rdbuf(in.rdbuf());
  std::cin.clear();
  std::ostringstream out, err;
  const int code = RunCommandLine(words, out, err);
  std::cin.rdbuf(before);
  return {code, out.str(), err.str()};
}

}  // namespace leaktrip::test

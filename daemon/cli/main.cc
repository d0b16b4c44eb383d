#include <iostream>

#include "daemon/cli/commands.h"
#include "daemon/cli/exit_code.h"
#include "daemon/ops/log.h"

int main(int argc, char** argv) {
  try {
    std::ios::sync_with_stdio(false);
    leaktrip::StartLogging(leaktrip::DetectLogStyle(), "info");
    const int code =
        leaktrip::RunCommandLine(leaktrip::Words(argv + 1, argv + argc), std::cout, std::cerr);
    std::cout.flush();
    if (code == leaktrip::kExitDone && !std::cout) {
      std::cerr << "leaktrip: the output could not be written\n";
      return leaktrip::kExitError;
    }
    return code;
  } catch (const std::exception& e) {
    std::cerr << "leaktrip: " << e.what() << "\n";
    return leaktrip::kExitError;
  }
}

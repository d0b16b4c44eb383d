// What the process answers to its caller; a contract with scripts and with systemd.
#pragma once

namespace leaktrip {

enum ExitCode : int {
  kExitDone = 0,    // nothing found, or done
  kExitFound = 1,   // scan found something, or a check failed
  kExitError = 2,   // usage, input or runtime
  kExitConfig = 78  // the configuration is wrong; systemd does not restart
};

}  // namespace leaktrip

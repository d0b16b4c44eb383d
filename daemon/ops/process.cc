#include "daemon/ops/process.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>

namespace leaktrip {

Result<void> HardenProcess() {
  const rlimit none{0, 0};
  // A system call filter may refuse the limit; the second one alone is enough.
  setrlimit(RLIMIT_CORE, &none);
  if (prctl(PR_SET_DUMPABLE, 0) != 0)
    return Fail(Code::kIo, std::string("core dumps cannot be turned off: ") + std::strerror(errno));
  umask(0077);
  signal(SIGPIPE, SIG_IGN);
  return {};
}

}  // namespace leaktrip

#include "daemon/ops/process.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/ops/signals.h"

namespace leaktrip {
namespace {

// Runs the check in a child, because what it changes cannot be changed back.
template <typename Check>
int InChild(Check check) {
  const pid_t child = fork();
  if (child == 0) _exit(check());
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(Process, HardenedOneLeavesNoCoreAndCannotBeTraced) {
  EXPECT_EQ(InChild([] {
              if (!HardenProcess()) return 1;
              rlimit limit{};
              getrlimit(RLIMIT_CORE, &limit);
              return limit.rlim_max == 0 && prctl(PR_GET_DUMPABLE) == 0 ? 0 : 2;
            }),
            0);
}

TEST(Signals, ArriveAsValues) {
  EXPECT_EQ(InChild([] {
              const auto signals = Signals::Block();
              if (!signals) return 1;
              using std::chrono::milliseconds;
              if ((*signals)->Wait(milliseconds(0)) != Signals::Kind::kNone) return 2;
              raise(SIGHUP);
              if ((*signals)->Wait(milliseconds(1000)) != Signals::Kind::kReload) return 3;
              raise(SIGTERM);
              if ((*signals)->Wait(milliseconds(1000)) != Signals::Kind::kStop) return 4;
              return 0;
            }),
            0);
}

}  // namespace
}  // namespace leaktrip

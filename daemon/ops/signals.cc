#include "daemon/ops/signals.h"

#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace leaktrip {

Result<std::unique_ptr<Signals>> Signals::Block() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGHUP, SIGTERM, SIGINT}) sigaddset(&set, signal);
  if (const int error = pthread_sigmask(SIG_BLOCK, &set, nullptr); error != 0)
    return Fail(Code::kIo, std::string("signals cannot be blocked: ") + std::strerror(error));
  const int fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
  if (fd < 0) return Fail(Code::kIo, std::string("no signalfd: ") + std::strerror(errno));
  return std::unique_ptr<Signals>(new Signals(fd));
}

Signals::~Signals() { close(fd_); }

Signals::Kind Signals::Wait(std::chrono::milliseconds wait) {
  pollfd waiting{.fd = fd_, .events = POLLIN, .revents = 0};
  if (poll(&waiting, 1, static_cast<int>(wait.count())) <= 0) return Kind::kNone;
  signalfd_siginfo info{};
  if (read(fd_, &info, sizeof info) != sizeof info) return Kind::kNone;
  return info.ssi_signo == SIGHUP ? Kind::kReload : Kind::kStop;
}

}  // namespace leaktrip

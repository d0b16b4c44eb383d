#include "tests/support/daemon_process.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>

#include "tests/support/wait.h"

namespace leaktrip::test {

DaemonProcess::DaemonProcess(const Options& options) {
  std::vector<std::string> words = {options.binary, "run", "--config", options.config};
  words.insert(words.end(), options.arguments.begin(), options.arguments.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  process_ = fork();
  if (process_ != 0) return;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (!options.simulate.empty()) setenv("LEAKTRIP_SIMULATE", options.simulate.c_str(), 1);
  const int log = open(options.log.c_str(), O_CREAT | O_WRONLY | O_APPEND, 0600);
  dup2(log, STDOUT_FILENO);
  dup2(log, STDERR_FILENO);
  execv(argv[0], argv.data());
  _exit(127);
}

DaemonProcess::~DaemonProcess() {
  if (!Running()) return;
  Signal(SIGKILL);
  waitpid(process_, &status_, 0);
}

void DaemonProcess::Signal(int number) const {
  if (!ended_) kill(process_, number);
}

bool DaemonProcess::Running() {
  if (!ended_) ended_ = waitpid(process_, &status_, WNOHANG) != 0;
  return !ended_;
}

int DaemonProcess::Wait(std::chrono::seconds wait) {
  if (!WaitFor([this] { return !Running(); }, wait)) return -1;
  return WIFEXITED(status_) ? WEXITSTATUS(status_) : 128 + WTERMSIG(status_);
}

}  // namespace leaktrip::test

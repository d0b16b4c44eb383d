// DaemonProcess: a `leaktrip run` of one test, as a process, with its log in a file. It dies with
// the test program. One thread.
#pragma once

#include <signal.h>
#include <sys/types.h>

#include <chrono>
#include <string>
#include <vector>

namespace leaktrip::test {

class DaemonProcess {
 public:
  struct Options {
    std::string binary;
    std::string config;
    std::string log;                     // appended to
    std::vector<std::string> arguments;  // after `run --config FILE`
    std::string simulate;                // LEAKTRIP_SIMULATE; empty: none
  };

  explicit DaemonProcess(const Options& options);
  ~DaemonProcess();
  DaemonProcess(const DaemonProcess&) = delete;
  DaemonProcess& operator=(const DaemonProcess&) = delete;

  pid_t id() const { return process_; }
  void Signal(int number) const;
  bool Running();
  // The exit code, 128 and the signal, or -1 when it still runs after `wait`.
  int Wait(std::chrono::seconds wait = std::chrono::seconds(60));

 private:
  pid_t process_;
  int status_ = 0;
  bool ended_ = false;
};

}  // namespace leaktrip::test

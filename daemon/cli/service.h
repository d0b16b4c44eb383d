// Service: the parts of the daemon wired together, from the configuration to the pages.
//
//   store -> judge (restored) -> source (resumes at the store's offsets) -> pipeline
//   deliverer and revoker beside it, each with its own connection to the store
//
// Life: Make() builds everything and starts nothing; Run() starts, serves until a signal, a
// RequestStop(), the end (exit_at_end) or a failure, drains, and returns an ExitCode. SIGHUP
// reloads, see RuleReloader.
//
// Threads: Make(), Run() and the destructor from one; it is the one that waits for signals and
// feeds the watchdog. RequestStop() from any. REQUIRES: Signals::Block() before Make(), so that all
// threads inherit it.
#pragma once

#include <chrono>
#include <memory>

#include "daemon/config/config.h"
#include "daemon/ops/signals.h"
#include "detectors/base/result.h"

namespace leaktrip {

class Service {
 public:
  struct Options {
    Config config;
    bool exit_at_end = false;
  };

  // nullptr with every error: kInvalid and kNotFound are of the configuration, the rest of the
  // world.
  static std::unique_ptr<Service> Make(Options options, Errors* errors);
  ~Service();
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  // Does not return when a thread hangs at the end: then the process leaves by _Exit(), and what
  // was not committed is read again.
  int Run(Signals* signals);
  // Ends Run() as a signal to stop does, also a Run() that has yet to begin.
  void RequestStop();

 private:
  struct Impl;
  explicit Service(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace leaktrip

#include "tests/support/kafka_broker.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <utility>

#include "tests/support/wait.h"

namespace leaktrip::test {
namespace {

std::string Slurp(const std::string& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

KafkaBroker::KafkaBroker(Listeners listeners, std::string version)
    : listeners_(listeners), version_(std::move(version)) {
  Launch();
}

KafkaBroker::~KafkaBroker() { End(SIGKILL); }

KafkaBroker& KafkaBroker::Shared() {
  static KafkaBroker broker;
  return broker;
}

std::string KafkaBroker::Read(const std::string& name) const {
  std::string text = Slurp(dir_.File(name));
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

void KafkaBroker::Launch() {
  std::remove(dir_.File("log").c_str());
  const std::string script = LEAKTRIP_SOURCE_DIR "/tests/support/kafka/broker";
  const std::string errors = dir_.File("run.log");
  process_ = fork();
  if (process_ == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (!version_.empty()) setenv("LEAKTRIP_KAFKA_VERSION", version_.c_str(), 1);
    if (std::freopen(errors.c_str(), "w", stderr) == nullptr) _exit(127);
    const char* mode = listeners_ == Listeners::kSecure ? "--secure" : nullptr;
    execl(script.c_str(), script.c_str(), "run", dir_.path().c_str(), mode, nullptr);
    _exit(127);
  }
  bool ended = false;
  // The first start of a machine fetches the broker, which may take a while.
  const bool done = WaitFor(
      [&] {
        ended = waitpid(process_, nullptr, WNOHANG) == process_;
        return ended || Read("log").find("Kafka Server started") != std::string::npos;
      },
      std::chrono::seconds(120));
  if (done && !ended) return;
  std::fprintf(stderr, "the Kafka broker did not start:\n%s%s\n", Slurp(errors).c_str(),
               Slurp(dir_.File("log")).c_str());
  if (!ended) kill(process_, SIGKILL);
  std::abort();
}

void KafkaBroker::End(int signal) {
  if (process_ < 0) return;
  kill(process_, signal);
  kill(process_, SIGCONT);
  waitpid(process_, nullptr, 0);
  process_ = -1;
}

void KafkaBroker::Kill() { End(SIGKILL); }
void KafkaBroker::Stop() { End(SIGTERM); }
void KafkaBroker::Restart() { Launch(); }
void KafkaBroker::Freeze() { kill(process_, SIGSTOP); }
void KafkaBroker::Thaw() { kill(process_, SIGCONT); }

}  // namespace leaktrip::test

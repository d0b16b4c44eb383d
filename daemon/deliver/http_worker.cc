#include "daemon/deliver/http_worker.h"

#include <cassert>

namespace leaktrip {
namespace {

using std::chrono::milliseconds;
using SteadyClock = std::chrono::steady_clock;

constexpr milliseconds kLookAgain{1000};

}  // namespace

void HttpWorker::Start() {
  assert(!thread_.joinable());
  stopping_ = false;
  thread_ = std::thread([this] { Loop(); });
}

void HttpWorker::Stop(milliseconds deadline) {
  if (!thread_.joinable()) return;
  end_ = SteadyClock::now() + deadline;
  stopping_ = true;
  client_.Wake();
  thread_.join();
}

void HttpWorker::RunDue() {
  assert(!thread_.joinable());
  while (start_due_())
    while (client_.in_flight() > 0) client_.Run(milliseconds(100));
}

void HttpWorker::Loop() {
  while (!stopping_) {
    start_due_();
    if (!stopping_) client_.Run(kLookAgain);
  }
  while (client_.in_flight() > 0) {
    const auto left = std::chrono::duration_cast<milliseconds>(end_ - SteadyClock::now());
    if (left <= milliseconds(0)) break;
    client_.Run(left);
  }
  client_.CancelAll();
}

}  // namespace leaktrip

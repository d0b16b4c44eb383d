// HttpWorker: the thread behind a queue of requests. It starts what is due, moves requests on, and
// looks again at least once a second, because an operator's command may have changed the queue from
// another process.
//
// Stop() lets requests in flight end until the deadline and cancels the rest; their rows tell what
// is left to do. One owner; Wake() from any thread.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <thread>

#include "daemon/deliver/http_client.h"

namespace leaktrip {

class HttpWorker {
 public:
  // start_due starts requests on client; true when it started any. Both outlive this.
  HttpWorker(HttpClient& client, std::function<bool()> start_due)
      : client_(client), start_due_(std::move(start_due)) {}
  ~HttpWorker() { Stop(std::chrono::milliseconds(0)); }
  HttpWorker(const HttpWorker&) = delete;
  HttpWorker& operator=(const HttpWorker&) = delete;

  void Start();
  void Wake() { client_.Wake(); }
  void Stop(std::chrono::milliseconds deadline);
  // Without a thread: starts what is due and waits for the outcome, until nothing is due.
  void RunDue();

 private:
  void Loop();

  HttpClient& client_;
  const std::function<bool()> start_due_;
  std::thread thread_;
  std::atomic<bool> stopping_ = false;
  std::chrono::steady_clock::time_point end_;  // written before stopping_
};

}  // namespace leaktrip

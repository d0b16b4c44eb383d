// HttpClient: POST requests that run side by side (libcurl multi), so that a slow endpoint holds
// nobody up.
//
// A request is cut off at its timeout however the peer drips; replies are read and thrown away but
// for status and Retry-After. Redirects are never followed, proxies of the environment not used,
// only http and https spoken, and every resolved address passes the guard of address_guard.h.
//
// Threads: one owns it; Wake() from any. Failure: a reply without status says why in words that
// hold neither URL nor body.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "daemon/ops/clock.h"
#include "detectors/base/secret.h"

namespace leaktrip {

struct HttpRequest {
  std::string url;
  std::vector<std::string> headers;  // "name: value"
  Secret body;
  std::string user;  // of Basic authentication; empty: none
  Secret password;
  Millis timeout = 20'000;
};

struct HttpReply {
  int status = 0;                     // 0: no reply
  std::string error;                  // why there is none
  bool address_refused = false;       // by the guard
  std::optional<Millis> retry_after;  // how long to wait, from now
  double seconds = 0;
};

class HttpClient {
 public:
  using Done = std::function<void(const HttpReply&)>;

  explicit HttpClient(const Clock& clock);
  ~HttpClient();  // cancels what is in flight
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  // done is called from Run(), once, unless the request is cancelled.
  void Start(HttpRequest request, Done done);
  // Moves requests on; waits up to `wait` for something to happen.
  void Run(std::chrono::milliseconds wait);
  // Ends the wait of a Run() on another thread, or of the next one.
  void Wake();
  void CancelAll();
  size_t in_flight() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// A Retry-After header: seconds, or an HTTP date against now (wall time). nullopt: neither. At most
// a day.
std::optional<Millis> ParseRetryAfter(std::string_view value, Millis now);
// "HTTP 503", or the error of a reply without status.
std::string Describe(const HttpReply& reply);

}  // namespace leaktrip

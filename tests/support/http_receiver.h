// HttpReceiver: an HTTP server on a free loopback port that misbehaves as scripted.
//
// Each request takes the next behaviour of the script; when it is used up the last call to
// Otherwise() says (200 at first). The request is recorded before the behaviour is played, as by a
// receiver that acts and then fails to answer. Signatures are checked with the secret and the clock
// that were given.
//
// Threads: its own, one per connection; every function from any thread. Ends, also in the middle of
// a hang, with its destructor.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "daemon/ops/clock.h"
#include "detectors/base/secret.h"

namespace leaktrip::test {

struct Behaviour {
  enum class Kind { kReply, kHang, kDrip, kClose };

  int status = 200;
  std::vector<std::string> headers = {};  // "Name: value"
  Kind kind = Kind::kReply;               // kDrip: a byte now and then; kClose: no reply
};

struct Received {
  std::string method;
  std::string path;
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;
  bool signature_valid = false;

  std::string Header(const std::string& name) const {
    const auto found = headers.find(name);
    return found == headers.end() ? "" : found->second;
  }
};

class HttpReceiver {
 public:
  // secret: decoded bytes; clock must outlive this.
  explicit HttpReceiver(std::string_view secret = {}, const Clock& clock = Clock::System());
  ~HttpReceiver();
  HttpReceiver(const HttpReceiver&) = delete;
  HttpReceiver& operator=(const HttpReceiver&) = delete;

  int port() const { return port_; }
  std::string Url(const std::string& path = "/hook") const;
  void Script(std::vector<Behaviour> behaviours);
  void Otherwise(Behaviour behaviour);
  std::vector<Received> requests() const;
  size_t count() const { return requests().size(); }

 private:
  void Accept();
  void Serve(int socket);
  bool ReadRequest(int socket, Received* request);
  void Play(int socket, const Behaviour& behaviour);
  bool WaitForEnd(int millis) const;  // true when this ends

  const Secret secret_;
  const Clock& clock_;
  int listener_ = -1;
  int port_ = 0;
  int end_pipe_[2] = {-1, -1};
  mutable std::mutex mutex_;
  std::deque<Behaviour> script_;
  Behaviour otherwise_;
  std::vector<Received> requests_;
  std::vector<std::thread> threads_;
  std::thread acceptor_;
};

}  // namespace leaktrip::test

#include "tests/support/http_receiver.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cctype>
#include <cstdlib>

#include "daemon/deliver/signature.h"

namespace leaktrip::test {
namespace {

void SendAll(int socket, const std::string& bytes) {
  size_t sent = 0;
  while (sent < bytes.size()) {
    const ssize_t n = send(socket, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
    if (n <= 0) return;
    sent += static_cast<size_t>(n);
  }
}

std::string Lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

void ParseHead(const std::string& head, Received* request) {
  size_t begin = 0;
  for (size_t end; begin < head.size(); begin = end + 2) {
    end = std::min(head.find("\r\n", begin), head.size());
    const std::string line = head.substr(begin, end - begin);
    if (begin == 0) {
      const size_t space = line.find(' ');
      request->method = line.substr(0, space);
      request->path = line.substr(space + 1, line.rfind(' ') - space - 1);
    } else if (const size_t colon = line.find(": "); colon != std::string::npos) {
      request->headers[Lower(line.substr(0, colon))] = line.substr(colon + 2);
    }
  }
}

}  // namespace

HttpReceiver::HttpReceiver(std::string_view secret, const Clock& clock)
    : secret_(secret), clock_(clock) {
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      listen(listener_, 64) != 0 ||
      getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0 ||
      pipe(end_pipe_) != 0)
    std::abort();
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] { Accept(); });
}

HttpReceiver::~HttpReceiver() {
  close(end_pipe_[1]);  // every wait sees the end
  acceptor_.join();
  for (std::thread& thread : threads_) thread.join();
  close(end_pipe_[0]);
  close(listener_);
}

std::string HttpReceiver::Url(const std::string& path) const {
  return "http://127.0.0.1:" + std::to_string(port_) + path;
}

void HttpReceiver::Script(std::vector<Behaviour> behaviours) {
  const std::lock_guard lock(mutex_);
  script_.assign(behaviours.begin(), behaviours.end());
}

void HttpReceiver::Otherwise(Behaviour behaviour) {
  const std::lock_guard lock(mutex_);
  otherwise_ = std::move(behaviour);
}

std::vector<Received> HttpReceiver::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

bool HttpReceiver::WaitForEnd(int millis) const {
  pollfd end{end_pipe_[0], POLLIN, 0};
  return poll(&end, 1, millis) != 0;
}

void HttpReceiver::Accept() {
  for (;;) {
    pollfd both[] = {{listener_, POLLIN, 0}, {end_pipe_[0], POLLIN, 0}};
    if (poll(both, 2, -1) < 0 || both[1].revents != 0) return;
    const int socket = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket >= 0) threads_.emplace_back([this, socket] { Serve(socket); });
  }
}

bool HttpReceiver::ReadRequest(int socket, Received* request) {
  std::string bytes;
  size_t need = std::string::npos, head = 0;
  while (bytes.size() < need) {
    pollfd both[] = {{socket, POLLIN, 0}, {end_pipe_[0], POLLIN, 0}};
    if (poll(both, 2, -1) < 0 || both[1].revents != 0) return false;
    char buffer[16384];
    const ssize_t n = recv(socket, buffer, sizeof buffer, 0);
    if (n <= 0) return false;
    bytes.append(buffer, static_cast<size_t>(n));
    if (need != std::string::npos) continue;
    head = bytes.find("\r\n\r\n");
    if (head == std::string::npos) continue;
    ParseHead(bytes.substr(0, head), request);
    need = head + 4 + std::strtoul(request->Header("content-length").c_str(), nullptr, 10);
  }
  request->body = bytes.substr(head + 4);
  request->signature_valid =
      VerifyWebhook(secret_, request->Header("webhook-id"), request->Header("webhook-timestamp"),
                    request->body, request->Header("webhook-signature"), clock_.Wall());
  return true;
}

void HttpReceiver::Serve(int socket) {
  Received request;
  if (ReadRequest(socket, &request)) {
    Behaviour behaviour;
    {
      const std::lock_guard lock(mutex_);
      requests_.push_back(std::move(request));
      behaviour = otherwise_;
      if (!script_.empty()) {
        behaviour = script_.front();
        script_.pop_front();
      }
    }
    Play(socket, behaviour);
  }
  close(socket);
}

void HttpReceiver::Play(int socket, const Behaviour& behaviour) {
  if (behaviour.kind == Behaviour::Kind::kClose) return;
  if (behaviour.kind == Behaviour::Kind::kHang) {
    WaitForEnd(-1);
    return;
  }
  const bool drip = behaviour.kind == Behaviour::Kind::kDrip;
  std::string head = "HTTP/1.1 " + std::to_string(behaviour.status) + " Scripted\r\n";
  for (const std::string& header : behaviour.headers) head += header + "\r\n";
  head += drip ? "Content-Length: 1000000\r\n" : "Content-Length: 2\r\nConnection: close\r\n";
  SendAll(socket, head + "\r\n" + (drip ? "" : "ok"));
  while (drip && !WaitForEnd(20)) {
    char byte = 'x';
    if (send(socket, &byte, 1, MSG_NOSIGNAL) <= 0) return;
  }
}

}  // namespace leaktrip::test

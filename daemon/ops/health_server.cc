#include "daemon/ops/health_server.h"

#include <httplib.h>

#include <atomic>
#include <thread>

#include "daemon/ops/loopback.h"

namespace leaktrip {
namespace {

constexpr size_t kThreads = 2;
constexpr time_t kTimeoutSecs = 5;
constexpr size_t kMaxBody = 1024;  // no request of ours has one

void Answer(const HealthServer::Probe& probe, httplib::Response* response) {
  std::string body;
  bool passed = true;
  for (const HealthCheck& check : probe()) {
    passed = passed && check.passed;
    body += check.name + (check.passed ? ": ok" : ": failed");
    if (!check.detail.empty()) body += ", " + check.detail;
    body += '\n';
  }
  response->status = passed ? 200 : 503;
  response->set_content(body, "text/plain; charset=utf-8");
}

}  // namespace

struct HealthServer::Impl {
  httplib::Server server;
  std::thread thread;
  std::atomic<bool> ended = false;
  int port = 0;

  // Returns once the server takes requests: its stop() does nothing before that.
  void Run() {
    thread = std::thread([this] {
      server.listen_after_bind();
      ended = true;
    });
    while (!server.is_running() && !ended) std::this_thread::yield();
  }

  Impl(const Metrics& metrics, Probe alive, Probe ready) {
    server.new_task_queue = [] { return new httplib::ThreadPool(kThreads); };
    // Not SO_REUSEPORT, the default here: a second daemon on the port must fail, not share it.
    server.set_socket_options([](socket_t socket) {
      const int yes = 1;
      setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    });
    server.set_read_timeout(kTimeoutSecs);
    server.set_write_timeout(kTimeoutSecs);
    server.set_keep_alive_timeout(1);
    server.set_payload_max_length(kMaxBody);
    server.Get("/metrics", [&metrics](const httplib::Request&, httplib::Response& response) {
      response.set_content(metrics.Text(), "text/plain; version=0.0.4; charset=utf-8");
    });
    server.Get("/healthz",
               [alive = std::move(alive)](const httplib::Request&, httplib::Response& response) {
                 Answer(alive, &response);
               });
    server.Get("/readyz",
               [ready = std::move(ready)](const httplib::Request&, httplib::Response& response) {
                 Answer(ready, &response);
               });
  }
};

HealthServer::HealthServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Result<std::unique_ptr<HealthServer>> HealthServer::Start(const std::string& listen,
                                                          const Metrics& metrics, Probe alive,
                                                          Probe ready) {
  const HostPort address = SplitHostPort(listen);
  if (address.port < 0 || !IsLoopbackHost(address.host))
    return Fail(Code::kInvalid, "`" + listen + "` is not a loopback HOST:PORT");
  auto impl = std::make_unique<Impl>(metrics, std::move(alive), std::move(ready));
  impl->port = address.port == 0 ? impl->server.bind_to_any_port(address.host)
               : impl->server.bind_to_port(address.host, address.port) ? address.port
                                                                       : -1;
  if (impl->port < 0) return Fail(Code::kIo, "cannot listen on " + listen + ": is the port taken?");
  impl->Run();
  return std::unique_ptr<HealthServer>(new HealthServer(std::move(impl)));
}

HealthServer::~HealthServer() {
  impl_->server.stop();
  impl_->thread.join();
}

int HealthServer::port() const { return impl_->port; }

}  // namespace leaktrip

#include "daemon/cli/demo_issuer.h"

#include <httplib.h>

#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>

#include "detectors/base/encoding.h"
#include "detectors/base/fingerprint.h"

namespace leaktrip {

struct DemoIssuer::Impl {
  std::string authorization;  // what the Authorization header must be; empty: anything
  httplib::Server server;
  int port = 0;
  std::thread thread;
  mutable std::mutex mutex;
  mutable std::condition_variable changed;
  std::map<Fingerprint, bool> tokens;  // to: revoked
  size_t revocations = 0;

  int Use(std::string_view token) const {
    const std::lock_guard lock(mutex);
    const auto found = tokens.find(Fingerprint::OfToken(token));
    return found != tokens.end() && !found->second ? 200 : 401;
  }

  void OnUse(const httplib::Request& request, httplib::Response& response) const {
    const std::string header = request.get_header_value("Authorization");
    constexpr std::string_view kBearer = "Bearer ";
    response.status = header.starts_with(kBearer) ? Use(header.substr(kBearer.size())) : 401;
  }

  void OnRevoke(const httplib::Request& request, httplib::Response& response) {
    if (!authorization.empty() && request.get_header_value("Authorization") != authorization) {
      response.status = 401;
      response.set_content(R"({"error":"invalid_client"})", "application/json");
      return;
    }
    if (!request.has_param("token")) {
      response.status = 400;
      response.set_content(R"({"error":"invalid_request"})", "application/json");
      return;
    }
    // RFC 7009 2.2: an unknown token is no error.
    const std::lock_guard lock(mutex);
    tokens[Fingerprint::OfToken(request.get_param_value("token"))] = true;
    ++revocations;
    changed.notify_all();
  }
};

DemoIssuer::DemoIssuer(const std::string& client_id, const Secret& client_secret)
    : impl_(std::make_unique<Impl>()) {
  if (!client_id.empty())
    impl_->authorization =
        "Basic " + Base64Encode(client_id + ":" + std::string(client_secret.Reveal()));
  impl_->server.Get("/api(/.*)?", [this](const auto& request, auto& response) {
    impl_->OnUse(request, response);
  });
  impl_->server.Post("/oauth/revoke", [this](const auto& request, auto& response) {
    impl_->OnRevoke(request, response);
  });
  impl_->port = impl_->server.bind_to_any_port("127.0.0.1");
  impl_->thread = std::thread([this] { impl_->server.listen_after_bind(); });
}

DemoIssuer::~DemoIssuer() {
  // stop() does nothing before the server runs, and then the thread would never end.
  while (impl_->port > 0 && !impl_->server.is_running()) std::this_thread::yield();
  impl_->server.stop();
  impl_->thread.join();
}

std::string DemoIssuer::api_url() const {
  return "http://127.0.0.1:" + std::to_string(impl_->port) + "/api";
}

std::string DemoIssuer::revoke_url() const {
  return "http://127.0.0.1:" + std::to_string(impl_->port) + "/oauth/revoke";
}

void DemoIssuer::Issue(const Secret& token) {
  const std::lock_guard lock(impl_->mutex);
  impl_->tokens.try_emplace(Fingerprint::OfToken(token.Reveal()), false);
}

int DemoIssuer::Use(const Secret& token) const { return impl_->Use(token.Reveal()); }

bool DemoIssuer::WaitForRevocation(const Secret& token, std::chrono::milliseconds deadline) const {
  const auto name = Fingerprint::OfToken(token.Reveal());
  std::unique_lock lock(impl_->mutex);
  return impl_->changed.wait_for(lock, deadline, [&] {
    const auto found = impl_->tokens.find(name);
    return found != impl_->tokens.end() && found->second;
  });
}

size_t DemoIssuer::revocations() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->revocations;
}

}  // namespace leaktrip

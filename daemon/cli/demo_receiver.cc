#include "daemon/cli/demo_receiver.h"

#include <httplib.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "daemon/deliver/signature.h"
#include "daemon/ops/clock.h"

namespace leaktrip {
namespace {

constexpr size_t kMost = 1000;

}  // namespace

struct DemoReceiver::Impl {
  Secret secret;
  httplib::Server server;
  int port = 0;
  std::thread thread;
  mutable std::mutex mutex;
  mutable std::condition_variable arrived;
  std::vector<DemoDelivery> deliveries;

  void OnPost(const httplib::Request& request, httplib::Response& response) {
    DemoDelivery delivery{request.get_header_value("webhook-id"), request.body, false};
    delivery.signature_valid = VerifyWebhook(
        secret, delivery.id, request.get_header_value("webhook-timestamp"), request.body,
        request.get_header_value("webhook-signature"), Clock::System().Wall());
    response.status = delivery.signature_valid ? 204 : 401;
    const std::lock_guard lock(mutex);
    const bool seen = std::any_of(deliveries.begin(), deliveries.end(), [&](const auto& one) {
      return one.id == delivery.id && one.signature_valid;
    });
    if (seen || deliveries.size() >= kMost) return;
    deliveries.push_back(std::move(delivery));
    arrived.notify_all();
  }
};

DemoReceiver::DemoReceiver(const Secret& secret) : impl_(std::make_unique<Impl>()) {
  impl_->secret = secret.Clone();
  impl_->server.Post(
      "/alerts", [this](const auto& request, auto& response) { impl_->OnPost(request, response); });
  impl_->port = impl_->server.bind_to_any_port("127.0.0.1");
  impl_->thread = std::thread([this] { impl_->server.listen_after_bind(); });
}

DemoReceiver::~DemoReceiver() {
  // stop() does nothing before the server runs, and then the thread would never end.
  while (impl_->port > 0 && !impl_->server.is_running()) std::this_thread::yield();
  impl_->server.stop();
  impl_->thread.join();
}

std::string DemoReceiver::url() const {
  return "http://127.0.0.1:" + std::to_string(impl_->port) + "/alerts";
}

std::vector<DemoDelivery> DemoReceiver::deliveries() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->deliveries;
}

bool DemoReceiver::WaitFor(const std::function<bool(const DemoDelivery&)>& fits,
                           std::chrono::milliseconds deadline) const {
  std::unique_lock lock(impl_->mutex);
  return impl_->arrived.wait_for(lock, deadline, [&] {
    return std::any_of(impl_->deliveries.begin(), impl_->deliveries.end(), fits);
  });
}

}  // namespace leaktrip

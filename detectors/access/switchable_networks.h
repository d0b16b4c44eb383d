// Networks that can be exchanged while they are used.
//
// Threads: Switch() from one, Find() from any. What Find() returned stays valid until the second
// Switch() after it; uses end with their event, and a reload takes longer than that.
#pragma once

#include <atomic>
#include <memory>
#include <utility>

#include "detectors/access/networks.h"

namespace leaktrip {

class SwitchableNetworks : public Networks {
 public:
  explicit SwitchableNetworks(std::shared_ptr<const Networks> networks) {
    Switch(std::move(networks));
  }

  void Switch(std::shared_ptr<const Networks> networks) {
    current_.store(networks.get(), std::memory_order_release);
    before_ = std::exchange(owner_, std::move(networks));
  }
  std::optional<NetworkInfo> Find(const IpAddress& ip) const override {
    return current_.load(std::memory_order_acquire)->Find(ip);
  }

 private:
  std::atomic<const Networks*> current_;
  std::shared_ptr<const Networks> owner_;
  std::shared_ptr<const Networks> before_;
};

}  // namespace leaktrip

// DemoStory: plays the traffic of the demo against a running daemon and tells what came of it.
//
// Every told fact is read back: from what the webhook receiver got, from the daemon's store, or
// from the issuer's answer. A fact that does not come within its deadline ends the story with an
// error that names it.
//
// Threads: Play() on one of its own; Cancel() from any. Ownership: stage and screen outlive this.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "daemon/cli/demo_screen.h"
#include "daemon/cli/demo_stage.h"
#include "daemon/store/revocation_table.h"
#include "daemon/store/store.h"
#include "detectors/alert.h"
#include "detectors/base/result.h"

namespace leaktrip {

class DemoStory {
 public:
  // How long a fact may take. The first one waits for the consumer group, whose first join alone
  // takes 3 s.
  struct Patience {
    std::chrono::milliseconds first{20'000};
    std::chrono::milliseconds each{10'000};
    std::chrono::milliseconds together{30'000};
  };

  DemoStory(DemoStage* stage, DemoScreen* screen, Patience patience)
      : stage_(*stage), screen_(*screen), patience_(patience) {}
  DemoStory(const DemoStory&) = delete;
  DemoStory& operator=(const DemoStory&) = delete;

  // kUnavailable: a fact did not come. kDenied: cancelled. Anything else: trouble of the machine.
  Result<void> Play();
  void Cancel() { cancelled_ = true; }

 private:
  Result<void> NormalTraffic();
  Result<void> Leak();
  Result<void> UseByStranger();
  Result<void> Revocation();
  Result<void> UseAfterRevocation();
  Result<void> Spraying();
  Result<void> Balance();

  // Waits until it holds. `what` ends the sentence "… did not come within 10 s".
  Result<void> Wait(const std::string& what, std::chrono::milliseconds deadline,
                    const std::function<bool()>& holds);
  std::optional<leaktrip::Revocation> RevocationRow();
  void TellAlert(const Alert& alert, size_t reasons);
  Result<void> TellAudit();

  DemoStage& stage_;
  DemoScreen& screen_;
  const Patience patience_;
  std::unique_ptr<Store> store_;  // a second connection, to read
  std::atomic<bool> cancelled_ = false;
  std::chrono::steady_clock::time_point end_;
  Alert leak_;  // as first delivered
  int64_t audit_told_ = 0;
};

}  // namespace leaktrip

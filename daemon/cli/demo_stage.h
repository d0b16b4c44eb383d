// DemoStage: what surrounds the daemon in the demo: a broker, a webhook receiver and a token issuer
// in this process, and a temporary folder with the daemon's configuration, its secrets and its
// state. The destructor ends them and removes the folder.
//
// One thread. REQUIRES: the daemon is gone before this is destroyed.
#pragma once

#include <memory>
#include <string>

#include "daemon/cli/demo_broker.h"
#include "daemon/cli/demo_issuer.h"
#include "daemon/cli/demo_receiver.h"
#include "daemon/config/config.h"
#include "detectors/base/result.h"
#include "detectors/base/secret.h"

namespace leaktrip {

inline constexpr char kDemoAccessTopic[] = "web-access";
inline constexpr char kDemoLogsTopic[] = "app-logs";

class DemoStage {
 public:
  static Result<std::unique_ptr<DemoStage>> Set();
  ~DemoStage();
  DemoStage(const DemoStage&) = delete;
  DemoStage& operator=(const DemoStage&) = delete;

  DemoBroker& broker() { return *broker_; }
  DemoReceiver& receiver() { return *receiver_; }
  DemoIssuer& issuer() { return *issuer_; }
  const Secret& token() const { return token_; }  // the one that will leak; known to the issuer
  const std::string& folder() const { return folder_; }
  std::string state_dir() const;
  // The configuration that was written to the folder, read as `run` reads it.
  Result<Config> LoadConfiguration(Errors* errors) const;

 private:
  DemoStage() = default;
  Result<void> MakeFolder();
  Result<void> WriteFiles(const Secret& webhook_key, const Secret& client_secret) const;
  Result<void> Write(const std::string& name, std::string_view text) const;

  std::string folder_;
  Secret token_;
  std::unique_ptr<DemoBroker> broker_;
  std::unique_ptr<DemoReceiver> receiver_;
  std::unique_ptr<DemoIssuer> issuer_;
};

}  // namespace leaktrip

#include "daemon/cli/demo_stage.h"

#include <fmt/format.h>
#include <openssl/rand.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "daemon/cli/demo_traffic.h"
#include "detectors/base/encoding.h"

namespace leaktrip {
namespace {

namespace fs = std::filesystem;

constexpr char kClientId[] = "leaktrip";
constexpr char kConfigFile[] = "leaktrip.yaml";

// Revocation waits for `critical`: a leak alone is proposed, the use of it by a stranger is acted
// on.
constexpr char kConfig[] = R"(kafka:
  brokers: ['{broker}']
  group_id: leaktrip-demo
  topics:
    - {{name: {access_topic}, logs: true, access: true}}
    - {{name: {logs_topic}, logs: true}}
networks_file: networks.csv
state_dir: state
workers: 1
webhooks:
  - name: receiver
    url: {webhook_url}
    secret_file: webhook-secret
revocation:
  mode: auto
  min_severity: critical
  actions:
    - name: issuer
      type: rfc7009
      url: {revoke_url}
      client_id: {client_id}
      client_secret_file: client-secret
      providers: [gitlab]
listen: ''
log_level: error
)";

Result<Secret> RandomBytes(size_t size) {
  std::array<unsigned char, 64> bytes{};
  if (size > bytes.size() || RAND_bytes(bytes.data(), static_cast<int>(size)) != 1)
    return Fail(Code::kIo, "no random bytes");
  return Secret({reinterpret_cast<const char*>(bytes.data()), size});
}

// A token in the shape of GitLab's deploy tokens, valid nowhere but at the demo's issuer.
Result<Secret> MakeToken() {
  constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  const auto random = RandomBytes(20);
  if (!random) return std::unexpected(random.error());
  std::string token = "gldt-";
  for (const char c : random->Reveal())
    token += kAlphabet[static_cast<uint8_t>(c) % kAlphabet.size()];
  return Secret(token);
}

}  // namespace

Result<std::unique_ptr<DemoStage>> DemoStage::Set() {
  std::unique_ptr<DemoStage> stage(new DemoStage);
  auto token = MakeToken();
  auto webhook_key = RandomBytes(32);
  auto client_key = RandomBytes(16);
  if (!token || !webhook_key || !client_key) return Fail(Code::kIo, "no random bytes");
  const Secret client_secret(HexEncode(client_key->Reveal()));
  auto broker = DemoBroker::Start({kDemoAccessTopic, kDemoLogsTopic});
  if (!broker) return std::unexpected(broker.error());
  stage->broker_ = std::move(*broker);
  stage->receiver_ = std::make_unique<DemoReceiver>(*webhook_key);
  stage->issuer_ = std::make_unique<DemoIssuer>(kClientId, client_secret);
  stage->token_ = std::move(*token);
  stage->issuer_->Issue(stage->token_);
  if (auto made = stage->MakeFolder(); !made) return std::unexpected(made.error());
  if (auto written = stage->WriteFiles(*webhook_key, client_secret); !written)
    return std::unexpected(written.error());
  return stage;
}

DemoStage::~DemoStage() {
  std::error_code ignored;
  if (!folder_.empty()) fs::remove_all(folder_, ignored);
}

std::string DemoStage::state_dir() const { return folder_ + "/state"; }

Result<Config> DemoStage::LoadConfiguration(Errors* errors) const {
  return LoadConfig(folder_ + "/" + kConfigFile, errors);
}

Result<void> DemoStage::MakeFolder() {
  std::error_code error;
  const fs::path parent = fs::temp_directory_path(error);
  if (error) return Fail(Code::kIo, "TMPDIR names no folder");
  std::string name = (parent / "leaktrip-demo-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr)
    return Fail(Code::kIo, std::string("no folder can be made: ") + std::strerror(errno), {parent});
  folder_ = name;
  return {};
}

Result<void> DemoStage::WriteFiles(const Secret& webhook_key, const Secret& client_secret) const {
  const std::string config = fmt::format(
      kConfig, fmt::arg("broker", broker_->address()), fmt::arg("access_topic", kDemoAccessTopic),
      fmt::arg("logs_topic", kDemoLogsTopic), fmt::arg("webhook_url", receiver_->url()),
      fmt::arg("revoke_url", issuer_->revoke_url()), fmt::arg("client_id", kClientId));
  for (const auto& [name, text] :
       {std::pair<const char*, std::string>{kConfigFile, config},
        {"networks.csv", DemoNetworks()},
        {"webhook-secret", "whsec_" + Base64Encode(webhook_key.Reveal()) + "\n"},
        {"client-secret", std::string(client_secret.Reveal()) + "\n"}})
    if (auto written = Write(name, text); !written) return written;
  return {};
}

Result<void> DemoStage::Write(const std::string& name, std::string_view text) const {
  const std::string path = folder_ + "/" + name;
  std::ofstream file(path, std::ios::binary);
  file << text << std::flush;
  if (!file) return Fail(Code::kIo, "cannot be written", {path});
  return {};
}

}  // namespace leaktrip

#include "daemon/cli/demo_facts.h"

#include <httplib.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

namespace leaktrip {
namespace {

constexpr std::chrono::seconds kAnswer{5};

std::optional<Alert> AlertOf(const DemoDelivery& delivery) {
  const auto body = nlohmann::ordered_json::parse(delivery.body, nullptr, false);
  if (!body.is_object() || !body.contains("data")) return std::nullopt;
  return ParseAlert(body["data"].dump());
}

}  // namespace

std::optional<Alert> DeliveredAlert(const DemoReceiver& receiver,
                                    const std::function<bool(const Alert&)>& fits) {
  for (const DemoDelivery& delivery : receiver.deliveries()) {
    if (!delivery.signature_valid) continue;
    if (auto alert = AlertOf(delivery); alert && fits(*alert)) return alert;
  }
  return std::nullopt;
}

Result<int> UseToken(const DemoIssuer& issuer, const Secret& token) {
  const std::string url = issuer.api_url();
  const size_t path = url.find('/', url.find("//") + 2);
  httplib::Client client(url.substr(0, path));
  client.set_connection_timeout(kAnswer);
  client.set_read_timeout(kAnswer);
  const auto answer = client.Get((url.substr(path) + "/v4/projects/7/packages").c_str(),
                                 {{"Authorization", "Bearer " + std::string(token.Reveal())}});
  if (!answer)
    return Fail(Code::kIo, "the issuer does not answer: " + httplib::to_string(answer.error()));
  return answer->status;
}

FileSweep SweepFiles(const std::string& folder, std::string_view text) {
  FileSweep sweep;
  std::error_code error;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder, error)) {
    if (!entry.is_regular_file(error)) continue;
    std::ifstream stream(entry.path(), std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(stream), {}};
    ++sweep.files;
    if (bytes.find(text) != std::string::npos) ++sweep.holding;
  }
  return sweep;
}

}  // namespace leaktrip

#include <filesystem>
#include <fstream>

#include "daemon/config/config.h"
#include "daemon/config/format_set_loader.h"
#include "daemon/config/rules_folder.h"
#include "daemon/config/secret_file.h"

namespace leaktrip {
namespace {

using ReadSecret = Result<Secret> (*)(const std::string&, const std::string&);

class EnvironmentCheck {
 public:
  EnvironmentCheck(const Config& config, Errors* errors) : config_(config), errors_(errors) {}

  void Run() {
    for (const auto& webhook : config_.webhooks)
      CheckSecret(webhook.secret_file, ReadWebhookSecret, "webhook `" + webhook.name + "`",
                  webhook.place);
    for (const auto& action : config_.revocation.actions) {
      const std::string what = "revocation action `" + action.name + "`";
      CheckSecret(action.secret_file, ReadWebhookSecret, what, action.place);
      CheckSecret(action.client_secret_file, ReadSecretFile, what, action.place);
    }
    CheckSecret(config_.revocation.key_file, ReadKeyFile, "`revocation.key_file`", {config_.file});
    if (!config_.rules_dir.empty()) {
      const auto files = ReadRulesFolder(config_.rules_dir);
      if (!files)
        errors_->push_back(files.error());
      else
        CheckTopicFormats(config_, errors_);
    }
    if (!config_.networks_file.empty())
      CheckReadable(config_.networks_file, "`networks_file`", {config_.file});
  }

 private:
  void CheckSecret(const std::string& name, ReadSecret read, const std::string& what, Place place) {
    if (name.empty()) return;
    const auto secret = read(name, config_.file);
    if (!secret)
      errors_->push_back(
          {secret.error().code, what + ": " + secret.error().ToString(), std::move(place)});
  }

  void CheckReadable(const std::string& path, const std::string& what, Place place) {
    std::error_code error;
    if (!std::filesystem::exists(path, error))
      errors_->push_back({Code::kNotFound, what + ": " + path + " is not there", std::move(place)});
    else if (!std::ifstream(path))
      errors_->push_back({Code::kIo, what + ": " + path + " cannot be read", std::move(place)});
  }

  const Config& config_;
  Errors* errors_;
};

}  // namespace

void CheckEnvironment(const Config& config, Errors* errors) {
  EnvironmentCheck(config, errors).Run();
}

}  // namespace leaktrip

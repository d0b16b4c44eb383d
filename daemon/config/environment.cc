#include <librdkafka/rdkafka.h>

#include <filesystem>
#include <fstream>
#include <memory>

#include "daemon/config/config.h"
#include "daemon/config/rules_folder.h"
#include "daemon/config/secret_file.h"

namespace leaktrip {
namespace {

using ReadSecret = Result<Secret> (*)(const std::string&, const std::string&);

class EnvironmentCheck {
 public:
  EnvironmentCheck(const Config& config, Errors* errors) : config_(config), errors_(errors) {}

  void Run() {
    CheckKafka();
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
      if (!files) errors_->push_back(files.error());
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

  void CheckKafka() {
    const KafkaConfig& kafka = config_.kafka;
    for (const auto& [name, what] : {std::pair(kafka.ca_file, "`ca_file`"),
                                     std::pair(kafka.certificate_file, "`certificate_file`")})
      if (!name.empty()) CheckReadable(ResolveSecretFile(name, config_.file), what, kafka.place);
    CheckSecret(kafka.key_file, ReadSecretFile, "`key_file`", kafka.place);
    CheckSecret(kafka.key_password_file, ReadSecretFile, "`key_password_file`", kafka.place);
    CheckSecret(kafka.sasl_password_file, ReadSecretFile, "`sasl_password_file`", kafka.place);

    const std::unique_ptr<rd_kafka_conf_t, decltype(&rd_kafka_conf_destroy)> conf(
        rd_kafka_conf_new(), &rd_kafka_conf_destroy);
    for (const auto& [key, value] : kafka.librdkafka) {
      char reason[512] = "";
      if (rd_kafka_conf_set(conf.get(), key.c_str(), value.c_str(), reason, sizeof reason) ==
          RD_KAFKA_CONF_OK)
        continue;
      const auto place = kafka.librdkafka_places.find(key);
      errors_->push_back({Code::kInvalid, std::string("librdkafka says: ") + reason,
                          place == kafka.librdkafka_places.end() ? kafka.place : place->second});
    }
  }

  const Config& config_;
  Errors* errors_;
};

}  // namespace

void CheckEnvironment(const Config& config, Errors* errors) {
  EnvironmentCheck(config, errors).Run();
}

}  // namespace leaktrip

// Config: the daemon's YAML file as a validated value. systemd/leaktrip.yaml shows and explains
// every key.
//
// Names carry their units; secrets are named by file, never written inline. A relative secret file
// is looked up in $CREDENTIALS_DIRECTORY first, then beside the configuration file.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "detectors/base/level.h"
#include "detectors/base/result.h"

namespace leaktrip {

struct TopicConfig {
  std::string name;             // exact, or a regular expression when it starts with '^'
  bool logs = false;            // scanned for leaks
  bool access = false;          // parsed as AccessEvents
  std::string format = "auto";  // auto, or the id of a format of rules/formats/
  Place format_place;
};

struct KafkaConfig {
  std::vector<std::string> brokers;
  std::string group_id = "leaktrip";
  std::string instance_id;  // static membership; empty: dynamic
  std::vector<TopicConfig> topics;
  std::string security_protocol;  // empty: plaintext
  std::string ca_file, certificate_file, key_file, key_password_file;
  std::string sasl_mechanism, sasl_username, sasl_password_file;
  std::map<std::string, std::string> librdkafka;  // passed through, wins over everything above
  std::map<std::string, Place> librdkafka_places;
  Place place;
};

struct WebhookConfig {
  std::string name;         // unique; part of the delivery's key
  std::string url;          // https, or http to a loopback address unless allow_http
  std::string secret_file;  // whsec_…
  Severity min_severity = Severity::kLow;
  int timeout_secs = 20;
  bool allow_http = false;
  Place place;
};

enum class RevocationMode { kOff, kDryRun, kApprove, kAuto };

struct RevocationActionConfig {
  std::string name;
  enum class Type { kWebhook, kRfc7009 } type = Type::kWebhook;
  std::string url;
  bool allow_http = false;
  std::string secret_file;             // webhook: whsec_…
  std::string client_id;               // rfc7009, optional
  std::string client_secret_file;      // rfc7009, optional
  std::vector<std::string> kinds;      // which token kinds it revokes; empty: all
  std::vector<std::string> providers;  // which providers; empty: all
  int timeout_secs = 20;
  Place place;
};

struct RevocationConfig {
  RevocationMode mode = RevocationMode::kDryRun;
  Confidence min_confidence = Confidence::kHigh;
  Severity min_severity = Severity::kHigh;
  int fuse_per_minute = 10;        // more than this and all further ones stay proposals
  int confirm_after_secs = 600;    // silence after the acknowledgement for this long confirms
  std::vector<std::string> never;  // fingerprints (hex) that are never revoked
  std::string key_file;  // 32 bytes in hex or base64; empty: made in the state folder, owner-only
  std::vector<RevocationActionConfig> actions;
};

struct Config {
  std::string file;
  KafkaConfig kafka;
  std::string rules_dir;                     // merged over the shipped rules; empty: none
  std::string networks_file;                 // CSV or MMDB; empty: none
  std::vector<std::string> trusted_proxies;  // networks whose forwarded addresses are believed
  int max_ahead_secs = 300;  // an event stamped later than this from now gets its record's time
  std::string state_dir = "/var/lib/leaktrip";
  int64_t outbox_max_megabytes = 1024;              // reading stops when the store is larger
  int workers = 0;                                  // 0: one per core
  Confidence min_confidence = Confidence::kMedium;  // of findings that raise an alert
  size_t max_open_alerts = 100'000;
  size_t max_record_bytes = 1 << 20;  // longer records are scanned up to here and counted
  std::vector<WebhookConfig> webhooks;
  RevocationConfig revocation;
  std::string listen = "127.0.0.1:9471";  // metrics and health; loopback only; empty: off
  std::string log_level = "info";         // debug, info, warning, error
};

// Every error at once. Does not touch the file system but for nothing: paths are checked by
// CheckEnvironment().
Config ParseConfig(std::string_view text, const std::string& file, Errors* errors);
Result<Config> LoadConfig(const std::string& file, Errors* errors);
// Secret files readable and well-formed, rules folder and networks there. Kafka's settings have
// CheckKafka(), daemon/ingest/kafka_conf.h.
void CheckEnvironment(const Config& config, Errors* errors);

}  // namespace leaktrip

#include <regex.h>

#include <algorithm>

#include "daemon/config/config_sections.h"

namespace leaktrip {
namespace {

// Passed through, these would put a secret into the configuration or break the promise that
// offsets move only after our own transaction.
struct Refused {
  std::string_view property;
  std::string_view instead;
};
constexpr Refused kRefused[] = {
    {"sasl.password", "secrets are named by file: use `sasl_password_file`"},
    {"ssl.key.password", "secrets are named by file: use `key_password_file`"},
    {"ssl.keystore.password", "secrets are named by file: use `key_file` and `key_password_file`"},
    {"ssl.key.pem", "secrets are named by file: use `key_file`"},
    {"sasl.oauthbearer.client.secret", "secrets must not stand in the configuration"},
    {"sasl.oauthbearer.config", "secrets must not stand in the configuration"},
    {"enable.auto.offset.store", "offsets are stored only after the local transaction"},
    {"group.id", "use `group_id`"},
    {"bootstrap.servers", "use `brokers`"},
    {"metadata.broker.list", "use `brokers`"},
};

void CheckTopicName(YamlMap* map, const std::string& name) {
  if (name.empty()) return;
  if (name.front() == '^') {
    regex_t compiled;
    if (const int code = regcomp(&compiled, name.c_str(), REG_EXTENDED | REG_NOSUB); code != 0) {
      char reason[256];
      regerror(code, &compiled, reason, sizeof reason);
      map->Report("name", "`" + name + "` is not a regular expression: " + reason);
      return;
    }
    regfree(&compiled);
    return;
  }
  const bool fit =
      name.size() <= 249 && std::all_of(name.begin(), name.end(), [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) || c == '.' || c == '_' || c == '-';
      });
  if (!fit)
    map->Report("name", "`" + name +
                            "` is not a topic name: letters, digits, '.', '_' and '-'; start a "
                            "regular expression with '^'");
}

TopicConfig ReadTopic(YamlMap map, std::set<std::string>* used) {
  TopicConfig topic;
  topic.name = map.RequiredString("name");
  CheckTopicName(&map, topic.name);
  if (!topic.name.empty() && !used->insert(topic.name).second)
    map.Report("name", "topic `" + topic.name + "` is listed twice: say all of it in one entry");
  topic.logs = map.Bool("logs", false);
  topic.access = map.Bool("access", false);
  topic.format = map.String("format", topic.format);
  topic.format_place = map.PlaceOf("format");
  if (!topic.logs && !topic.access)
    map.Report("name", "set `logs: true` (scan for leaks), `access: true` (judge use) or both");
  map.Finish();
  return topic;
}

void ReadSecurity(YamlMap* map, KafkaConfig* kafka) {
  static const std::vector<std::string_view> kProtocols = {"", "plaintext", "ssl", "sasl_plaintext",
                                                           "sasl_ssl"};
  static const std::vector<std::string_view> kMechanisms = {
      "", "PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "GSSAPI", "OAUTHBEARER"};
  kafka->security_protocol = kProtocols[map->Choice("security_protocol", kProtocols, 0)];
  kafka->ca_file = map->String("ca_file");
  kafka->certificate_file = map->String("certificate_file");
  kafka->key_file = map->String("key_file");
  kafka->key_password_file = map->String("key_password_file");
  kafka->sasl_mechanism = kMechanisms[map->Choice("sasl_mechanism", kMechanisms, 0)];
  kafka->sasl_username = map->String("sasl_username");
  kafka->sasl_password_file = map->String("sasl_password_file");
  const bool sasl = kafka->security_protocol.starts_with("sasl");
  if (sasl && kafka->sasl_mechanism.empty())
    map->Report("security_protocol", "`sasl_mechanism` is missing: " + kafka->security_protocol +
                                         " needs one, such as SCRAM-SHA-512");
  if (!sasl && !kafka->sasl_mechanism.empty())
    map->Report("sasl_mechanism",
                "`sasl_mechanism` has no effect: set `security_protocol: sasl_ssl`");
  const bool tls = kafka->security_protocol.ends_with("ssl");
  if (!tls && !kafka->ca_file.empty())
    map->Report("ca_file", "`ca_file` has no effect: set `security_protocol` to ssl or sasl_ssl");
}

void ReadPassthrough(YamlMap map, KafkaConfig* kafka, YamlMap* parent) {
  for (const auto& [key, place, value] : map.entries()) {
    const auto refused =
        std::find_if(std::begin(kRefused), std::end(kRefused),
                     [&, name = &key](const Refused& r) { return r.property == *name; });
    if (refused != std::end(kRefused)) {
      parent->ReportAt(place,
                       "`" + key + "` cannot be passed through: " + std::string(refused->instead));
    } else if (value.kind != YamlValue::Kind::kScalar) {
      parent->ReportAt(value.place, "`" + key + "` must be a single value");
    } else {
      kafka->librdkafka[key] = value.scalar;
      kafka->librdkafka_places[key] = place;
    }
  }
}

}  // namespace

KafkaConfig ReadKafkaSection(YamlMap map) {
  KafkaConfig kafka;
  kafka.place = map.place();
  kafka.brokers = map.Strings("brokers");
  if (kafka.brokers.empty() && map.place().line > 0)
    map.Report("brokers", "`brokers` is missing: a list of HOST:PORT");
  for (const auto& broker : kafka.brokers)
    if (broker.empty() || broker.find_first_of(" \t,") != std::string::npos)
      map.Report("brokers",
                 "`" + broker + "` is not a broker: write each HOST:PORT as its own item");
  kafka.group_id = map.String("group_id", kafka.group_id);
  if (kafka.group_id.empty()) map.Report("group_id", "`group_id` must not be empty");
  kafka.instance_id = map.String("instance_id");
  std::set<std::string> used;
  for (auto& topic : map.Maps("topics")) kafka.topics.push_back(ReadTopic(topic, &used));
  if (kafka.topics.empty() && map.place().line > 0)
    map.Report("topics", "`topics` is missing: list at least one topic to read");
  ReadSecurity(&map, &kafka);
  ReadPassthrough(map.Map("librdkafka"), &kafka, &map);
  map.Finish();
  return kafka;
}

}  // namespace leaktrip

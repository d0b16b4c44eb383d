#include "detectors/alert.h"

#include <nlohmann/json.hpp>

#include "detectors/base/fingerprint.h"

namespace leaktrip {
namespace {

using Json = nlohmann::ordered_json;

Json LeakJson(const LeakDetails& leak) {
  Json json{{"rule", leak.rule},
            {"provider", leak.provider},
            {"kind", leak.kind},
            {"redacted", leak.redacted},
            {"fingerprint", leak.fingerprint},
            {"confidence", Name(leak.confidence)},
            {"decoded", leak.decoded}};
  json["expires"] = leak.expires ? Json(FormatTime(*leak.expires)) : Json(nullptr);
  json["topic"] = leak.first.topic;
  json["partition"] = leak.first.partition;
  json["offset"] = leak.first.offset;
  json["count"] = leak.count;
  json["first_seen"] = FormatTime(leak.first_seen);
  json["last_seen"] = FormatTime(leak.last_seen);
  json["topics"] = leak.topics;
  json["hosts"] = leak.hosts;
  json["paths"] = leak.paths;
  json["revocation"] = leak.revocation;
  return json;
}

// Thrown and caught in this file only: nlohmann reports by exceptions anyway.
struct BadAlert {};

template <typename T>
T OrBad(std::optional<T> value) {
  if (!value) throw BadAlert{};
  return *std::move(value);
}

Millis TimeOf(const Json& json) { return OrBad(ParseTime(json.get<std::string>())); }

LeakDetails ParseLeak(const Json& json) {
  LeakDetails leak;
  leak.rule = json.at("rule");
  leak.provider = json.at("provider");
  leak.kind = json.at("kind");
  leak.redacted = json.at("redacted");
  leak.fingerprint = json.at("fingerprint");
  leak.confidence = OrBad(ParseConfidence(json.at("confidence").get<std::string>()));
  leak.decoded = json.at("decoded");
  if (!json.at("expires").is_null()) leak.expires = TimeOf(json.at("expires"));
  leak.first = {json.at("topic"), json.at("partition"), json.at("offset")};
  leak.count = json.at("count");
  leak.first_seen = TimeOf(json.at("first_seen"));
  leak.last_seen = TimeOf(json.at("last_seen"));
  leak.topics = json.at("topics");
  // Alerts stored by older versions have none.
  if (const auto hosts = json.find("hosts"); hosts != json.end()) leak.hosts = *hosts;
  if (const auto paths = json.find("paths"); paths != json.end()) leak.paths = *paths;
  leak.revocation = json.at("revocation");
  return leak;
}

Alert FromJson(const Json& json) {
  Alert alert;
  alert.id = json.at("id");
  alert.ts = TimeOf(json.at("ts"));
  alert.detector = json.at("detector");
  alert.entity = json.at("entity");
  alert.entities = json.at("entities");
  alert.score = json.at("score");
  alert.threshold = json.at("threshold");
  alert.severity = OrBad(ParseSeverity(json.at("severity").get<std::string>()));
  alert.summary = json.at("summary");
  alert.reasons = json.at("reasons");
  alert.type = json.at("type");
  alert.revision = json.at("revision");
  if (!json.at("leak").is_null()) alert.leak = ParseLeak(json.at("leak"));
  return alert;
}

}  // namespace

std::string AlertId(const std::vector<std::string_view>& parts) {
  std::string joined;
  for (const auto part : parts) {
    joined += part;
    joined += '\0';
  }
  return "lt-" + Sha256Hex(joined).substr(0, 24);
}

std::string AlertJson(const Alert& alert) {
  Json json{{"id", alert.id},
            {"ts", FormatTime(alert.ts)},
            {"detector", alert.detector},
            {"entity", alert.entity},
            {"entities", alert.entities},
            {"score", alert.score},
            {"threshold", alert.threshold},
            {"severity", Name(alert.severity)},
            {"summary", alert.summary},
            {"reasons", alert.reasons},
            {"type", alert.type},
            {"revision", alert.revision}};
  json["leak"] = alert.leak ? LeakJson(*alert.leak) : Json(nullptr);
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::optional<Alert> ParseAlert(std::string_view text) {
  try {
    return FromJson(Json::parse(text));
  } catch (const nlohmann::json::exception&) {
    return std::nullopt;
  } catch (const BadAlert&) {
    return std::nullopt;
  }
}

}  // namespace leaktrip

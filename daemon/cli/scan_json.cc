#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <unordered_map>

#include "daemon/cli/scan_format.h"
#include "daemon/ops/version.h"

namespace leaktrip {
namespace {

using Json = nlohmann::ordered_json;

std::string Dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json DecodedNames(const Finding& finding) {
  Json names = Json::array();
  for (const auto step : finding.decoded) names.push_back(Name(step));
  return names;
}

class JsonlFormat : public ScanFormat {
 public:
  std::string Item(const std::string& file, const PlacedFinding& placed) const override {
    const Finding& finding = placed.finding;
    return Dump(Json{{"file", file},
                     {"line", placed.line},
                     {"column", placed.column},
                     {"start", placed.start},
                     {"end", placed.end},
                     {"rule", finding.rule->id},
                     {"provider", finding.rule->provider},
                     {"kind", finding.rule->kind},
                     {"severity", Name(finding.severity)},
                     {"confidence", Name(finding.confidence)},
                     {"fingerprint", finding.fingerprint.Hex()},
                     {"redacted", finding.redacted},
                     {"decoded", DecodedNames(finding)}}) +
           "\n";
  }
};

std::string_view SarifLevel(Severity severity) {
  if (severity >= Severity::kHigh) return "error";
  return severity == Severity::kMedium ? "warning" : "note";
}

// SARIF counts characters, not bytes.
uint64_t CharacterColumn(const PlacedFinding& placed) {
  const std::string_view before = placed.block.substr(0, placed.finding.start);
  const std::string_view line = before.substr(before.rfind('\n') + 1);  // npos + 1 is 0
  const auto inner = std::count_if(line.begin(), line.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0) == 0x80;
  });
  return placed.column - std::min(static_cast<uint64_t>(inner), placed.column - 1);
}

// A path as a URI reference: everything but unreserved characters and '/' percent-encoded.
std::string ToUri(const std::string& path) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string uri = path.starts_with('/') ? "file://" : "";
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) || std::string_view("-._~/").find(c) != std::string_view::npos) {
      uri += c;
    } else {
      uri += '%';
      uri += kDigits[byte >> 4];
      uri += kDigits[byte & 15];
    }
  }
  return uri;
}

class SarifFormat : public ScanFormat {
 public:
  explicit SarifFormat(const std::vector<Rule>& rules) {
    for (const Rule& rule : rules) {
      index_[&rule] = rules_.size();
      rules_.push_back({{"id", rule.id},
                        {"name", rule.name},
                        {"shortDescription", {{"text", rule.name}}},
                        {"fullDescription", {{"text", rule.description}}},
                        {"defaultConfiguration", {{"level", SarifLevel(rule.severity)}}}});
    }
  }

  std::string Head() const override {
    const Json driver{{"name", "leaktrip"}, {"semanticVersion", kVersion}, {"rules", rules_}};
    return "{\"$schema\":\"https://json.schemastore.org/sarif-2.1.0.json\",\"version\":\"2.1.0\","
           "\"runs\":[{\"tool\":{\"driver\":" +
           Dump(driver) + "},\"results\":[\n";
  }

  std::string Item(const std::string& file, const PlacedFinding& placed) const override {
    const Finding& finding = placed.finding;
    Json result{{"ruleId", finding.rule->id},
                {"level", SarifLevel(finding.severity)},
                {"message", {{"text", finding.rule->name + ": " + finding.redacted}}},
                {"locations",
                 {{{"physicalLocation",
                    {{"artifactLocation", {{"uri", ToUri(file)}}},
                     {"region",
                      {{"startLine", placed.line},
                       {"startColumn", CharacterColumn(placed)},
                       {"byteOffset", placed.start},
                       {"byteLength", placed.end - placed.start}}}}}}}},
                {"partialFingerprints", {{"leaktrip/v1", finding.fingerprint.Hex()}}},
                {"properties",
                 {{"severity", Name(finding.severity)},
                  {"confidence", Name(finding.confidence)},
                  {"decoded", DecodedNames(finding)}}}};
    if (const auto it = index_.find(finding.rule); it != index_.end())
      result["ruleIndex"] = it->second;
    return Dump(result);
  }

  std::string_view Between() const override { return ",\n"; }
  std::string Tail() const override { return "\n],\"columnKind\":\"unicodeCodePoints\"}]}\n"; }

 private:
  Json rules_ = Json::array();
  std::unordered_map<const Rule*, size_t> index_;
};

}  // namespace

std::unique_ptr<ScanFormat> MakeJsonlFormat() { return std::make_unique<JsonlFormat>(); }

std::unique_ptr<ScanFormat> MakeSarifFormat(const std::vector<Rule>& rules) {
  return std::make_unique<SarifFormat>(rules);
}

}  // namespace leaktrip

#include "detectors/leak/rule_writer.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace leaktrip {
namespace {

bool IsPlain(std::string_view text) {
  constexpr std::array<std::string_view, 10> kWords = {"true", "false", "null", "yes", "no",
                                                       "on",   "off",   "y",    "n",   "~"};
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  if (text.empty() || !letter(text.front()) ||
      std::find(kWords.begin(), kWords.end(), text) != kWords.end())
    return false;
  return std::all_of(text.begin(), text.end(), [&](char c) {
    return letter(c) || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.' || c == '/';
  });
}

std::string DoubleQuoted(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      quoted += '\\';
      quoted += c;
    } else if (c == '\n') {
      quoted += "\\n";
    } else if (c == '\t') {
      quoted += "\\t";
    } else if (static_cast<unsigned char>(c) < ' ' || c == 0x7f) {
      char buffer[8];
      std::snprintf(buffer, sizeof buffer, "\\x%02x", static_cast<unsigned>(c));
      quoted += buffer;
    } else {
      quoted += c;
    }
  }
  return quoted + "\"";
}

std::string Number(double value) {
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, "%.3g", value);
  return buffer;
}

class Writer {
 public:
  void Line(int indent, std::string_view text) {
    out_.append(static_cast<size_t>(indent), ' ').append(text) += '\n';
  }
  void Field(int indent, std::string_view key, std::string_view value) {
    if (!value.empty()) Line(indent, std::string(key) + ": " + YamlScalar(value));
  }
  void List(int indent, std::string_view key, const std::vector<std::string>& values) {
    if (values.empty()) return;
    std::string text = std::string(key) + ": [";
    for (const auto& value : values)
      text += (&value == &values.front() ? "" : ", ") + YamlScalar(value);
    Line(indent, text + "]");
  }

  void WriteRule(const Rule& rule) {
    Line(2, "- id: " + rule.id);
    Field(4, "name", rule.name);
    Field(4, "description", rule.description);
    Field(4, "kind", rule.kind);
    List(4, "hints", rule.hints);
    Field(4, "pattern", rule.pattern);
    Field(4, "severity", Name(rule.severity));
    Field(4, "confidence", Name(rule.confidence));
    if (rule.min_entropy > 0) Line(4, "min_entropy: " + Number(rule.min_entropy));
    if (rule.guessable) Line(4, "guessable: true");
    if (rule.multiline) Line(4, "multiline: true");
    Field(4, "checksum", rule.checksum.value_or(""));
    Field(4, "validate", rule.validate.value_or(""));
    if (rule.allow.size() + rule.allowed.size() > 0) {
      Line(4, "allow:");
      for (const auto& pattern : rule.allow) Line(6, "- " + YamlScalar(pattern));
      for (const auto& entry : rule.allowed) Entry(6, entry, false);
    }
    Field(4, "revocation", rule.revocation);
    if (!rule.references.empty()) {
      Line(4, "references:");
      for (const auto& reference : rule.references) Line(6, "- " + YamlScalar(reference));
    }
    Line(4, "examples:");
    Examples("positive", rule.positive);
    Examples("negative", rule.negative);
  }

  void Entry(int indent, const AllowEntry& entry, bool with_rules) {
    std::string lead = "- ";  // of its first key
    const auto list = [&](std::string_view key, const std::vector<std::string>& values) {
      if (values.empty()) return;
      const size_t before = out_.size();
      List(indent + 2, key, values);
      Lead(indent, before, &lead);
    };
    list("regex", entry.regexes);
    list("path", entry.paths);
    list("topic", entry.topics);
    std::vector<std::string> digests;
    for (const auto& digests_of : {entry.values, entry.fingerprints})
      for (const auto& digest : digests_of) digests.push_back(digest.Hex());
    list("fingerprint", digests);
    if (with_rules) list("rules", entry.rules);
    const size_t before = out_.size();
    Field(indent + 2, "reason", entry.reason);
    Lead(indent, before, &lead);
    if (entry.expires) Field(indent + 2, "expires", FormatTime(*entry.expires));
  }

  std::string Take() { return std::move(out_); }

 private:
  void Lead(int indent, size_t at, std::string* lead) {
    if (lead->empty() || at == out_.size()) return;
    out_.replace(at + static_cast<size_t>(indent), lead->size(), *lead);
    lead->clear();
  }

  void Examples(std::string_view key, const std::vector<RuleExample>& examples) {
    Line(6, std::string(key) + ":");
    for (const auto& example : examples) {
      if (example.secret.empty()) {
        Line(8, "- " + YamlScalar(example.text));
        continue;
      }
      Line(8, "- text: " + YamlScalar(example.text));
      Line(10, "secret: " + YamlScalar(example.secret));
    }
  }

  std::string out_;
};

}  // namespace

std::string YamlScalar(std::string_view text) {
  if (IsPlain(text)) return std::string(text);
  if (std::any_of(text.begin(), text.end(),
                  [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7f; }))
    return DoubleQuoted(text);
  std::string quoted = "'";
  for (const char c : text) quoted.append(c == '\'' ? 2 : 1, c);
  return quoted + "'";
}

std::string WriteRules(std::string_view provider, const std::vector<Rule>& rules) {
  Writer writer;
  writer.Field(0, "provider", provider);
  writer.Line(0, "rules:");
  for (const Rule& rule : rules) {
    if (&rule != &rules.front()) writer.Line(0, "");
    writer.WriteRule(rule);
  }
  return writer.Take();
}

std::string WriteAllowEntries(const std::vector<AllowEntry>& entries) {
  Writer writer;
  writer.Line(0, "allow:");
  for (const AllowEntry& entry : entries) writer.Entry(2, entry, true);
  return writer.Take();
}

}  // namespace leaktrip

// A few rules of every sort for engine tests, and helpers to scan with them.
#pragma once

#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "detectors/leak/engine.h"

namespace leaktrip::test {

inline Rule MakeRule(std::string id, std::string pattern, std::string provider = "p") {
  Rule rule;
  rule.id = std::move(id);
  rule.pattern = std::move(pattern);
  rule.provider = std::move(provider);
  return rule;
}

inline std::vector<Rule> SomeRules() {
  std::vector<Rule> rules = {
      MakeRule("github", "gh[pousr]_[A-Za-z0-9]{36}"),
      MakeRule("aws", "(?:AKIA|ASIA)[A-Z2-7]{16}"),
      MakeRule("sid", "SK[0-9a-f]{32}"),     // no literal of three characters
      MakeRule("open", "tok_[A-Za-z0-9]+"),  // no upper bound
      MakeRule("bot", "[MNO][A-Za-z0-9_-]{23,27}\\.[A-Za-z0-9_-]{6}\\.[A-Za-z0-9_-]{27,38}"),
      MakeRule("param", "(?i)[?&](?:access_token|api_?key)=([^&\\s\"'#]{8,200})", ""),
  };
  Rule hinted = MakeRule("hinted", "[0-9a-f]{32}", "acme");
  hinted.hints = {"acme", "acmecloud"};
  rules.push_back(std::move(hinted));
  Rule other = MakeRule("other", "[0-9a-f]{32}", "zeta");
  other.hints = {"zeta"};
  rules.push_back(std::move(other));
  Rule named = MakeRule("named-tok", "tok_[A-Za-z0-9]{40}", "acme");
  named.hints = {"acme"};
  rules.push_back(std::move(named));
  Rule wide = MakeRule("wide", "wd[0-9]\\.[A-Za-z0-9]{20,}", "acme");
  wide.hints = {"wideco"};
  rules.push_back(std::move(wide));
  Rule pem = MakeRule(
      "pem", "-----BEGIN PRIVATE KEY-----[A-Za-z0-9+/=\\s]{32,1000}-----END PRIVATE KEY-----", "");
  pem.multiline = true;
  rules.push_back(std::move(pem));
  Rule password = MakeRule("password", "(?i)password=([^\\s&]{4,64})", "");
  password.guessable = true;
  rules.push_back(std::move(password));
  return rules;
}

inline std::shared_ptr<const RuleSet> Compile(std::vector<Rule> rules) {
  Errors errors;
  auto set = CompileRules(std::move(rules), "key", &errors);
  for (const auto& error : errors) std::fprintf(stderr, "%s\n", error.ToString().c_str());
  return set;  // null when a pattern is wrong, which fails every test
}

// "rule:start-end" of each finding.
inline std::vector<std::string> Spans(const std::vector<Finding>& findings) {
  std::vector<std::string> spans;
  for (const auto& f : findings)
    spans.push_back(f.rule->id + ":" + std::to_string(f.start) + "-" + std::to_string(f.end));
  return spans;
}

inline std::vector<Finding> Scan(Engine* engine, std::string_view text,
                                 std::vector<uint32_t> ends = {}) {
  std::vector<Finding> findings;
  engine->Scan({text, ends}, 0, &findings);
  return findings;
}

}  // namespace leaktrip::test

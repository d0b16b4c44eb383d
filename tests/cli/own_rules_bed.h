// OwnRulesBed: a rules folder with one rule of its own, acme-key, and a folder for logs. One
// thread.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "tests/cli/run_command.h"
#include "tests/support/temp_dir.h"

namespace leaktrip::test {

// Not a live token: its check digits are those of no issuer.
inline const std::string kKey = "acme_k3v9x2m7q1w8z5t4";
inline const std::string kGithub = "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";

class OwnRulesBed : public testing::Test {
 protected:
  void SetUp() override {
    Write("rules/tokens/acme.yaml", R"(
provider: acme
rules:
  - id: acme-key
    name: Acme key
    description: Opens Acme.
    kind: api-key
    pattern: 'acme_[a-z0-9]{16}'
    severity: medium
    confidence: high
    examples:
      positive: [acme_k3v9x2m7q1w8z5t4, 'GET /?k=acme_k3v9x2m7q1w8z5t4 HTTP/1.1']
      negative: [acme_short]
)");
  }
  void Write(const std::string& name, const std::string& text) {
    std::filesystem::create_directories(std::filesystem::path(File(name)).parent_path());
    std::ofstream(File(name)) << text;
  }
  std::string File(const std::string& name) const { return dir_.File(name); }
  Outcome RunWithRules(Words words, const std::string& input = {}) {
    words.insert(words.end(), {"--rules", File("rules")});
    return RunCommand(words, input);
  }

  TempDir dir_;
};

}  // namespace leaktrip::test

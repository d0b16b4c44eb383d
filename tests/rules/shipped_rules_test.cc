// The rules that are shipped: they load, every example does as it says in both engines, and they
// cover what they must.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "daemon/config/rules_folder.h"
#include "detectors/leak/engine.h"
#include "detectors/leak/rule_loader.h"

namespace leaktrip {
namespace {

std::vector<Rule> Load(Errors* errors) { return LoadRules(ShippedRules(), {}, errors); }

void ExpectNone(const Errors& errors) {
  for (const auto& error : errors) ADD_FAILURE() << error.ToString();
}

TEST(ShippedRules, ExampleOfEveryRuleMatchesInBothEngines) {
  Errors errors;
  const auto rules = CompileRules(Load(&errors), "test", &errors);
  ExpectNone(errors);
  ASSERT_NE(rules, nullptr);
  CheckExamples(rules, &errors);
  ExpectNone(errors);
}

TEST(ShippedRules, EachHasAReferenceAndSaysWhatItOpens) {
  Errors errors;
  for (const auto& rule : Load(&errors)) {
    EXPECT_FALSE(rule.description.empty()) << rule.id;
    // A generic rule follows from how people write things down, not from one provider's page.
    EXPECT_TRUE(!rule.references.empty() || rule.provider.empty()) << rule.id;
    for (const auto& reference : rule.references)
      EXPECT_TRUE(reference.starts_with("https://")) << rule.id;
  }
}

TEST(ShippedRules, ProvidersThatEverybodyUsesAreThere) {
  Errors errors;
  std::set<std::string> providers;
  for (const auto& rule : Load(&errors)) providers.insert(rule.provider);
  for (const auto* provider :
       {"aws",       "github",     "gitlab",     "slack",   "stripe",       "google",
        "jwt",       "npm",        "pypi",       "openai",  "anthropic",    "huggingface",
        "sendgrid",  "twilio",     "telegram",   "discord", "digitalocean", "heroku",
        "hashicorp", "doppler",    "databricks", "grafana", "newrelic",     "sentry",
        "atlassian", "cloudflare", "shopify",    "square",  "mailgun",      "azure"})
    EXPECT_TRUE(providers.contains(provider)) << provider;
}

}  // namespace
}  // namespace leaktrip

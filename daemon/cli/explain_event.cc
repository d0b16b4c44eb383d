#include "daemon/cli/explain_event.h"

#include <algorithm>
#include <ostream>

#include "daemon/config/format_set_loader.h"
#include "daemon/ops/clock.h"
#include "daemon/ops/printable.h"
#include "detectors/access/access_parser.h"
#include "detectors/access/format_choice.h"

namespace leaktrip {
namespace {

class FieldPrinter {
 public:
  explicit FieldPrinter(std::ostream& out) : out_(out) {}
  void Print(std::string_view name, std::string_view value) {
    if (value.empty()) return;
    out_ << "  " << name << std::string(std::max<size_t>(14, name.size() + 1) - name.size(), ' ')
         << Printable(value) << "\n";
  }

 private:
  std::ostream& out_;
};

// A path may hold the leaked secret itself, so what the scan found is cut out of it.
std::string WithoutSecrets(std::string_view text, const std::vector<Finding>& findings) {
  std::string clean(text);
  for (const Finding& finding : findings) {
    const std::string_view secret = finding.secret.Reveal();
    if (secret.empty()) continue;
    for (auto at = clean.find(secret); at != std::string::npos; at = clean.find(secret, at)) {
      clean.replace(at, secret.size(), finding.redacted);
      at += finding.redacted.size();
    }
  }
  return clean;
}

void PrintEvent(const AccessEvent& event, const std::vector<Finding>& findings, std::ostream& out) {
  out << "Access event:\n";
  FieldPrinter printer(out);
  const auto text = [&](std::string_view name, std::string_view value) {
    printer.Print(name, WithoutSecrets(value, findings));
  };
  printer.Print("ts", FormatTime(event.ts));
  if (event.client_ip) printer.Print("client_ip", event.client_ip->ToString());
  text("method", event.method);
  text("path", event.path);
  if (event.status) printer.Print("status", std::to_string(event.status));
  text("user", event.user);
  if (event.token) printer.Print("token_sha256", event.token->Hex());
  text("user_agent", event.user_agent);
  text("host", event.host);
  text("scope", event.scope);
  if (event.service_account) printer.Print("service_account", "true");
  if (event.token_created) printer.Print("token_created", FormatTime(*event.token_created));
  if (event.token_expires) printer.Print("token_expires", FormatTime(*event.token_expires));
  if (event.bytes) printer.Print("bytes", std::to_string(event.bytes));
  printer.Print("judged as", event.Succeeded() ? "success"
                             : event.Denied()  ? "denied"
                                               : "neither success nor denied");
}

}  // namespace

void ExplainEvent(std::string_view record, const std::string& rules_dir,
                  const std::vector<Finding>& findings, std::ostream& out) {
  Errors errors;
  const auto formats = LoadFormatSet(rules_dir, Examples::kSkip, &errors);
  AccessParser parser({.formats = formats});
  const Millis now = Clock::System().Wall();
  if (formats) {
    const FormatTrial trial = TryFormats(formats, {record}, now);
    parser.Use(trial.chosen);
    if (!trial.chosen.empty())
      out << "Format: " << FormatNames(*formats, {trial.chosen.front()}) << "\n";
  }
  if (const auto event = parser.Parse(record, now))
    PrintEvent(*event, findings, out);
  else
    out << "Access event: none (" << event.error() << ")\n";
}

}  // namespace leaktrip

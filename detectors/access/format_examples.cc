#include "detectors/access/format_examples.h"

#include <map>

#include "detectors/access/access_parser.h"
#include "detectors/base/yaml.h"

namespace leaktrip {
namespace {

constexpr Millis kWritten = 1'735'603'200'000;  // 2024-12-31

using Texts = std::map<std::string, std::string>;

Texts TextsOf(const AccessEvent& event) {
  Texts texts = {{"ts", FormatTime(event.ts)},
                 {"client_ip", event.client_ip ? event.client_ip->ToString() : ""},
                 {"method", std::string(event.method)},
                 {"path", std::string(event.path)},
                 {"status", event.status == 0 ? "" : std::to_string(event.status)},
                 {"token_sha256", event.token ? event.token->Hex() : ""},
                 {"user", std::string(event.user)},
                 {"user_agent", std::string(event.user_agent)},
                 {"scope", std::string(event.scope)},
                 {"host", std::string(event.host)},
                 {"service_account", event.service_account ? "true" : "false"},
                 {"bytes", std::to_string(event.bytes)}};
  texts["token_created"] = event.token_created ? FormatTime(*event.token_created) : "";
  texts["token_expires"] = event.token_expires ? FormatTime(*event.token_expires) : "";
  return texts;
}

class Checker {
 public:
  Checker(const std::shared_ptr<const FormatSet>& formats, Errors* errors) : errors_(errors) {
    auto proxies = std::make_shared<TrustedProxies>();
    if (!proxies->Add("10.0.0.0/8")) return;
    parser_ = std::make_unique<AccessParser>(
        AccessParser::Options{.formats = formats, .proxies = std::move(proxies)});
  }

  void Check(const Format& format, int index) {
    parser_->Use({index});
    for (const FormatExample& example : format.examples) CheckExample(format, example);
    for (const auto& [text, place] : format.rejects) {
      events_.clear();
      const auto reason = parser_->ParseAll(text, kWritten, &events_);
      if (reason.empty())
        Report(format, "the text in `rejects` is read as an event", place);
      else if (reason == "not-an-event")
        Report(format, "the text in `rejects` is known, though not an event", place);
    }
    parser_->Reset();
  }

 private:
  void Report(const Format& format, const std::string& message, const Place& place) {
    errors_->push_back({Code::kInvalid, format.id + ": " + message, place});
  }

  void CheckExample(const Format& format, const FormatExample& example) {
    events_.clear();
    const auto reason = parser_->ParseAll(example.text, kWritten, &events_);
    if (example.events == 0) {
      if (reason != "not-an-event")
        Report(format,
               reason.empty() ? "the example is an event"
                              : "the example is not known: " + std::string(reason),
               example.place);
      return;
    }
    if (!reason.empty())
      return Report(format, "the example is not read: " + std::string(reason), example.place);
    if (events_.size() != example.events)
      Report(format,
             "the example has " + std::to_string(events_.size()) + " events, not " +
                 std::to_string(example.events),
             example.place);
    CheckFields(format, example);
  }

  void CheckFields(const Format& format, const FormatExample& example) {
    const Texts texts = TextsOf(events_.front());
    for (const auto& [name, expected] : example.fields) {
      const bool raw_token = name == "token";
      const auto at = texts.find(raw_token ? "token_sha256" : name);
      if (at == texts.end()) {
        Report(format, "an example cannot speak of `" + name + "`", example.place);
        continue;
      }
      const std::string wanted = raw_token ? Fingerprint::OfToken(expected).Hex() : expected;
      if (at->second == wanted) continue;
      std::string said = "`" + name;
      said.append("` is `").append(at->second).append("`, not `").append(wanted).append("`");
      Report(format, said, example.place);
    }
  }

  Errors* errors_;
  std::unique_ptr<AccessParser> parser_;
  std::vector<AccessEvent> events_;
};

}  // namespace

void CheckFormatExamples(const std::shared_ptr<const FormatSet>& formats, Errors* errors) {
  Checker checker(formats, errors);
  for (size_t i = 0; i < formats->formats.size(); ++i)
    checker.Check(formats->formats[i], static_cast<int>(i));
}

}  // namespace leaktrip

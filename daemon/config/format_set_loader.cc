#include "daemon/config/format_set_loader.h"

#include <algorithm>

#include "detectors/access/format_examples.h"
#include "detectors/access/format_loader.h"
#include "detectors/base/yaml.h"

namespace leaktrip {

std::shared_ptr<const FormatSet> LoadFormatSet(const std::string& rules_dir, Examples examples,
                                               Errors* errors) {
  const size_t before = errors->size();
  const FileTexts own = OverrideFiles(rules_dir, errors);
  if (errors->size() > before) return nullptr;
  auto formats = LoadFormats(Below(ShippedRules(), "formats/"), Below(own, "formats/"), errors);
  if (formats && examples == Examples::kRun) CheckFormatExamples(formats, errors);
  NameFolder(rules_dir, own, before, errors);
  return errors->size() > before ? nullptr : formats;
}

std::string CheckFormatName(std::string_view name, const FormatSet& formats) {
  if (name == "auto" || formats.Find(name) >= 0) return {};
  std::vector<std::string_view> known = {"auto"};
  for (const Format& format : formats.formats) known.push_back(format.id);
  const auto guess = DidYouMean(name, known);
  return "unknown format `" + std::string(name) + "`" +
         (guess.empty() ? "; `leaktrip formats list` names them"
                        : ", did you mean `" + std::string(guess) + "`?");
}

void CheckTopicFormats(const Config& config, Errors* errors) {
  const auto& topics = config.kafka.topics;
  if (std::all_of(topics.begin(), topics.end(), [](const TopicConfig& topic) {
        return topic.format == "auto" || topic.format == "native" || topic.format == "ncsa";
      }))
    return;
  Errors ignored;  // wrong rules have a check of their own
  const auto formats = LoadFormatSet(config.rules_dir, Examples::kSkip, &ignored);
  if (!formats) return;
  for (const TopicConfig& topic : topics)
    if (auto wrong = CheckFormatName(topic.format, *formats); !wrong.empty())
      errors->push_back({Code::kInvalid, std::move(wrong), topic.format_place});
}

std::shared_ptr<const TrustedProxies> ProxiesOf(const Config& config) {
  auto proxies = std::make_shared<TrustedProxies>();
  for (const std::string& network : config.trusted_proxies) (void)proxies->Add(network);
  return proxies;
}

}  // namespace leaktrip

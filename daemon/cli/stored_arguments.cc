#include "daemon/cli/stored_arguments.h"

#include <algorithm>
#include <ostream>

#include "daemon/cli/exit_code.h"
#include "daemon/config/config.h"
#include "detectors/base/yaml.h"

namespace leaktrip {
namespace {

std::string Joined(const std::vector<std::string_view>& words) {
  std::string text;
  for (const auto word : words) text += (text.empty() ? "" : ", ") + std::string(word);
  return text;
}

}  // namespace

void StoredArguments::AddCommon() {
  Options()("state", po::value(&state_dir_)->value_name("DIR"),
            "the daemon's state folder, else the configured one")(
      "config", po::value(&config_file_)->value_name("FILE"),
      "configuration (/etc/leaktrip/leaktrip.yaml)")(
      "format", po::value(&format_)->value_name("FORMAT"), "text or jsonl (text)");
  Positional("word", &rest_);
}

std::optional<int> StoredArguments::ParseStored(const Words& words,
                                                const std::vector<std::string_view>& verbs,
                                                StoredOptions* options, std::ostream& out,
                                                std::ostream& err) {
  if (const auto exit = Parse(words, out, err)) return exit;
  if (rest_.empty()) return Misuse("say one of " + Joined(verbs), err);
  verb_ = rest_.front();
  rest_.erase(rest_.begin());
  if (std::find(verbs.begin(), verbs.end(), verb_) == verbs.end()) {
    const auto guess = DidYouMean(verb_, verbs);
    return Misuse("unknown action `" + verb_ + "`, " +
                      (guess.empty() ? "say one of " + Joined(verbs)
                                     : "did you mean `" + std::string(guess) + "`?"),
                  err);
  }
  if (format_ != "text" && format_ != "jsonl")
    return Misuse("unknown format `" + format_ + "`: text or jsonl", err);
  options->jsonl = format_ == "jsonl";
  options->state_dir = state_dir_;
  if (!state_dir_.empty()) return std::nullopt;
  Errors errors;
  const auto config = LoadConfig(config_file_, &errors);
  if (!config) {
    for (const auto& error : errors) err << error.ToString() << "\n";
    if (errors.empty())
      err << config.error().ToString() << "; name the state folder with --state DIR\n";
    return errors.empty() ? kExitError : kExitConfig;
  }
  options->state_dir = config->state_dir;
  return std::nullopt;
}

}  // namespace leaktrip

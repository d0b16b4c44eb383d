#include "daemon/cli/arguments.h"

#include <algorithm>
#include <ostream>

#include "daemon/cli/exit_code.h"
#include "detectors/base/yaml.h"

namespace leaktrip {
namespace {

constexpr unsigned kWidth = 80;

}  // namespace

Arguments::Arguments(std::string usage, std::string summary, std::string notes)
    : usage_(std::move(usage)),
      summary_(std::move(summary)),
      notes_(std::move(notes)),
      visible_("Options", kWidth, kWidth / 2) {
  visible_.add_options()("help,h", "show this help");
}

void Arguments::Positional(const std::string& name, std::vector<std::string>* values, int most) {
  hidden_.add_options()(name.c_str(), po::value(values));
  positional_.add(name.c_str(), most);
}

std::optional<int> Arguments::Parse(const std::vector<std::string>& args, std::ostream& out,
                                    std::ostream& err) {
  try {
    po::options_description all;
    all.add(visible_).add(hidden_);
    // An abbreviation that works today would break with tomorrow's options.
    const int style = po::command_line_style::unix_style & ~po::command_line_style::allow_guessing;
    const auto parsed =
        po::command_line_parser(args).options(all).positional(positional_).style(style).run();
    po::store(parsed, values_);
    if (values_.count("help")) {
      out << "Usage: leaktrip " << usage_ << "\n\n" << summary_ << "\n\n" << visible_;
      if (!notes_.empty()) out << "\n" << notes_ << "\n";
      return kExitDone;
    }
    po::notify(values_);
    return std::nullopt;
  } catch (const po::unknown_option& e) {
    return Misuse(Unknown(e.get_option_name()), err);
  } catch (const po::too_many_positional_options_error&) {
    return Misuse("too many words", err);
  } catch (const std::exception& e) {
    return Misuse(e.what(), err);
  }
}

int Arguments::Misuse(const std::string& message, std::ostream& err) const {
  const std::string command = usage_.substr(0, usage_.find(' '));
  err << "leaktrip " << command << ": " << message << "\nSee `leaktrip " << command
      << " --help`.\n";
  return kExitError;
}

std::string Arguments::Unknown(std::string option) const {
  option.erase(0, option.find_first_not_of('-'));
  option.erase(std::min(option.find('='), option.size()));
  std::vector<std::string> names;
  for (const auto& description : visible_.options()) names.push_back(description->long_name());
  const auto guess = DidYouMean(option, {names.begin(), names.end()});
  const std::string dashes = option.size() > 1 ? "--" : "-";
  std::string message = "unknown option `" + dashes + option + "`";
  if (!guess.empty()) message += ", did you mean `--" + std::string(guess) + "`?";
  return message;
}

}  // namespace leaktrip

#include <algorithm>
#include <iomanip>
#include <nlohmann/json.hpp>
#include <ostream>

#include "daemon/cli/arguments.h"
#include "daemon/cli/commands.h"
#include "daemon/cli/exit_code.h"
#include "daemon/cli/formats_detect.h"
#include "daemon/config/format_set_loader.h"

namespace leaktrip {
namespace {

using Json = nlohmann::ordered_json;

std::string Dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

int List(const FormatSet& formats, bool jsonl, std::ostream& out) {
  size_t width = 0;
  for (const Format& format : formats.formats) width = std::max(width, format.id.size());
  for (const Format& format : formats.formats) {
    if (jsonl)
      out << Dump(Json{{"id", format.id},
                       {"description", format.description},
                       {"file", format.place.file}})
          << "\n";
    else
      out << std::left << std::setw(static_cast<int>(width) + 2) << format.id << format.description
          << "\n";
  }
  if (!jsonl) out << formats.formats.size() << " formats\n";
  return kExitDone;
}

int Show(const FormatSet& formats, const std::string& rules_dir, const Words& ids,
         const Arguments& arguments, std::ostream& out, std::ostream& err) {
  if (ids.empty()) return arguments.Misuse("name the formats to show", err);
  Errors errors;
  const FileTexts own = OverrideFiles(rules_dir, &errors);
  for (const auto& id : ids) {
    const auto wrong = id == "auto" ? "auto is no format" : CheckFormatName(id, formats);
    if (!wrong.empty()) return arguments.Misuse(wrong, err);
    const std::string& file = formats.formats[static_cast<size_t>(formats.Find(id))].place.file;
    const auto text = own.find(file);
    const auto shipped = ShippedRules().find(file);
    out << "# " << file << "\n"
        << (text != own.end()                 ? text->second
            : shipped != ShippedRules().end() ? shipped->second
                                              : "");
  }
  return kExitDone;
}

int Test(const std::string& rules_dir, std::ostream& out, std::ostream& err) {
  Errors errors;
  const auto formats = LoadFormatSet(rules_dir, Examples::kRun, &errors);
  for (const auto& error : errors) err << error.ToString() << "\n";
  if (!formats) {
    err << errors.size() << (errors.size() == 1 ? " error\n" : " errors\n");
    return kExitFound;
  }
  size_t examples = 0;
  for (const Format& format : formats->formats)
    examples += format.examples.size() + format.rejects.size();
  out << formats->formats.size() << " formats and their " << examples << " examples hold\n";
  return kExitDone;
}

}  // namespace

int RunFormatsCommand(const Words& words, std::ostream& out, std::ostream& err) {
  std::string rules_dir;
  std::string output = "text";
  size_t lines = 1000;
  Words rest;
  Arguments arguments(
      "formats list|show ID...|test|detect FILE... [options]",
      "Lists the log formats that access events are read from, shows the file of one,\n"
      "tests all with their examples, or says which formats fit a file best.",
      "Exit codes: 0 done, 1 an example fails or no format fits, 2 error.");
  arguments.Options()("rules", po::value(&rules_dir)->value_name("DIR"),
                      "folder merged over the shipped rules")(
      "format", po::value(&output)->value_name("FORMAT"), "of list: text or jsonl (text)")(
      "lines", po::value(&lines)->value_name("N"), "of detect: lines to look at (1000)");
  arguments.Positional("action", &rest);
  if (const auto exit = arguments.Parse(words, out, err)) return *exit;
  if (rest.empty()) return arguments.Misuse("say list, show, test or detect", err);
  const std::string action = rest[0];
  rest.erase(rest.begin());
  if (output != "text" && output != "jsonl")
    return arguments.Misuse("unknown format `" + output + "`: text or jsonl", err);
  if (lines == 0 || lines > 1'000'000)
    return arguments.Misuse("`--lines` must be from 1 to 1000000", err);
  if ((action == "list" || action == "test") && !rest.empty())
    return arguments.Misuse("too many words", err);
  if (action == "test") return Test(rules_dir, out, err);

  Errors errors;
  const auto formats = LoadFormatSet(rules_dir, Examples::kSkip, &errors);
  for (const auto& error : errors) err << error.ToString() << "\n";
  if (!formats) return kExitError;
  if (action == "list") return List(*formats, output == "jsonl", out);
  if (action == "show") return Show(*formats, rules_dir, rest, arguments, out, err);
  if (action != "detect")
    return arguments.Misuse("unknown action `" + action + "`: list, show, test or detect", err);
  if (rest.empty()) return arguments.Misuse("name the files to look at; - for stdin", err);
  return DetectFormats(formats, rest, lines, out, err);
}

}  // namespace leaktrip

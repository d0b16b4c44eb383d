// rules import: a rules folder from other scanners' files.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <ostream>

#include "daemon/cli/arguments.h"
#include "daemon/cli/exit_code.h"
#include "daemon/cli/rules_actions.h"
#include "daemon/ops/printable.h"
#include "detectors/import/importer.h"

namespace leaktrip {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr uintmax_t kMostBytes = 4 << 20;

Result<std::string> ReadWhole(const std::string& path) {
  std::error_code error;
  const auto size = fs::file_size(path, error);
  if (error) return Fail(Code::kIo, "cannot be read: " + error.message(), {path});
  if (size > kMostBytes) return Fail(Code::kInvalid, "larger than 4 MiB", {path});
  std::ifstream stream(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(stream), {}};
  if (!stream) return Fail(Code::kIo, "cannot be read", {path});
  return text;
}

Result<void> WriteFolder(const std::string& folder, const RuleFiles& files) {
  for (const auto& [name, text] : files) {
    const fs::path path = fs::path(folder) / name;
    std::error_code error;
    fs::create_directories(path.parent_path(), error);
    std::ofstream stream(path, std::ios::binary);
    stream << text << std::flush;
    if (!stream) return Fail(Code::kIo, "cannot be written", {path.string()});
  }
  return {};
}

std::string Joined(const std::vector<std::string>& notes) {
  std::string joined;
  for (const auto& note : notes) joined += (joined.empty() ? "" : "; ") + note;
  return joined;
}

void PrintText(const Import& import, std::ostream& out) {
  for (const auto& note : import.notes) out << "note: " << Printable(note) << "\n";
  for (const auto& rule : import.rules) {
    const std::string name = Printable(rule.foreign_id.empty() ? "(no id)" : rule.foreign_id);
    if (rule.id.empty())
      out << "left out  " << name << " (line " << rule.place.line << "): " << Printable(rule.reason)
          << "\n";
    else
      out << "taken     " << name << " as " << rule.id
          << (rule.notes.empty() ? "" : ": " + Printable(Joined(rule.notes))) << "\n";
  }
}

void PrintJson(const Import& import, std::ostream& out) {
  for (const auto& rule : import.rules)
    out << Json{{"rule", rule.foreign_id},
                {"line", rule.place.line},
                {"id", rule.id},
                {"left_out", rule.reason},
                {"notes", rule.notes}}
               .dump(-1, ' ', false, Json::error_handler_t::replace)
        << "\n";
}

}  // namespace

int RunRulesImport(const Words& words, std::ostream& out, std::ostream& err) {
  std::string folder, from, prefix;
  std::string format = "text";
  Words files;
  Arguments arguments(
      "rules import FILE --out DIR [options]",
      "Translates the rules of gitleaks or betterleaks (TOML), Nosey Parker or\n"
      "Kingfisher (YAML) into a rules folder that passes `rules test`, and says of each\n"
      "rule what became of it: boundaries are mended, names before a value and keywords\n"
      "become hints, allowlists become allow entries, missing examples are made up.",
      "Exit codes: 0 the folder was written, 2 error or no rule could be taken.");
  arguments.Options()("out", po::value(&folder)->value_name("DIR"), "new folder to write")(
      "from", po::value(&from)->value_name("NAME"),
      "gitleaks, betterleaks, noseyparker or kingfisher (seen from the file)")(
      "prefix", po::value(&prefix)->value_name("TEXT"), "before every id (the scanner's name)")(
      "format", po::value(&format)->value_name("FORMAT"), "of the report: text or jsonl (text)");
  arguments.Positional("file", &files);
  if (const auto exit = arguments.Parse(words, out, err)) return *exit;
  if (files.size() != 1) return arguments.Misuse("name the one file to import", err);
  if (folder.empty()) return arguments.Misuse("name the folder to write with --out DIR", err);
  if (format != "text" && format != "jsonl")
    return arguments.Misuse("unknown format `" + format + "`: text or jsonl", err);
  const auto foreign = ParseForeignFormat(from);
  if (!from.empty() && !foreign)
    return arguments.Misuse(
        "unknown scanner `" + from + "`: gitleaks, betterleaks, noseyparker or kingfisher", err);
  std::error_code error;
  if (fs::exists(folder, error) && !fs::is_empty(folder, error))
    return arguments.Misuse("`" + folder + "` is there already and not empty", err);

  const auto text = ReadWhole(files[0]);
  const auto file = text ? ReadForeignFile(*text, files[0], foreign)
                         : Result<ForeignFile>(std::unexpected(text.error()));
  if (!file) {
    err << "leaktrip rules: " << file.error().ToString() << "\n";
    return kExitError;
  }
  const Import import = ImportRules(*file, prefix);
  format == "jsonl" ? PrintJson(import, out) : PrintText(import, out);
  const auto taken = std::count_if(import.rules.begin(), import.rules.end(),
                                   [](const ImportedRule& rule) { return !rule.id.empty(); });
  err << taken << " of " << import.rules.size() << " rules of " << Name(file->format)
      << " were taken\n";
  if (import.files.empty()) return kExitError;
  if (const auto written = WriteFolder(folder, import.files); !written) {
    err << "leaktrip rules: " << written.error().ToString() << "\n";
    return kExitError;
  }
  err << "written to " << folder << "; look at it, then run\n  leaktrip rules test --rules "
      << folder << "\n";
  return kExitDone;
}

}  // namespace leaktrip

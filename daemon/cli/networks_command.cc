#include <ostream>

#include "daemon/cli/arguments.h"
#include "daemon/cli/commands.h"
#include "daemon/cli/exit_code.h"
#include "daemon/ingest/networks_file.h"
#include "daemon/ops/printable.h"

namespace leaktrip {
namespace {

int Import(const Words& files, const std::string& to, std::ostream& out, std::ostream& err) {
  const auto ranges = ReadNetworks(files);
  if (!ranges) {
    err << "leaktrip: " << ranges.error().ToString() << "\n";
    return kExitError;
  }
  if (const auto written = WriteNetworks(*ranges, to); !written) {
    err << "leaktrip: " << written.error().ToString() << "\n";
    return kExitError;
  }
  out << to << ": " << ranges->ranges().size() << " ranges of " << ranges->facts().size()
      << " networks\n";
  return kExitDone;
}

int Find(const Words& words, std::ostream& out, std::ostream& err) {
  const auto networks = LoadNetworks(words[0]);
  if (!networks) {
    err << "leaktrip: " << networks.error().ToString() << "\n";
    return kExitError;
  }
  int code = kExitDone;
  for (size_t i = 1; i < words.size(); ++i) {
    const auto ip = IpAddress::Parse(words[i]);
    if (!ip) {
      err << "leaktrip: `" << words[i] << "` is no address\n";
      code = kExitError;
      continue;
    }
    const auto info = (*networks)->Find(*ip);
    out << ip->ToString() << ": ";
    if (!info) {
      out << "unknown\n";
      continue;
    }
    out << "AS" << info->asn << " " << Printable(info->as_name) << ", " << info->country << ", "
        << info->latitude << " " << info->longitude;
    if (const auto kind = Name(info->kind); !kind.empty()) out << ", " << kind;
    out << "\n";
  }
  return code;
}

}  // namespace

int RunNetworksCommand(const Words& words, std::ostream& out, std::ostream& err) {
  std::string to;
  Words rest;
  Arguments arguments(
      "networks import --out FILE INPUT...|find FILE ADDRESS...",
      "Makes one table of networks out of CSV and MMDB files, or looks addresses up.\n"
      "What the first input does not know of a network comes from the next.",
      "CSV: cidr,asn,as_name,country,lat,lon[,kind]; eyeball, hosting, mobile, vpn.\n"
      "A running daemon takes a new table on reload.");
  arguments.Options()("out", po::value(&to)->value_name("FILE"), "of import: the table to write");
  arguments.Positional("action", &rest);
  if (const auto exit = arguments.Parse(words, out, err)) return *exit;
  if (rest.empty()) return arguments.Misuse("say import or find", err);
  const std::string action = rest[0];
  rest.erase(rest.begin());
  if (action == "import") {
    if (to.empty()) return arguments.Misuse("`--out` is missing", err);
    if (rest.empty()) return arguments.Misuse("name the files to import", err);
    return Import(rest, to, out, err);
  }
  if (action != "find")
    return arguments.Misuse("unknown action `" + action + "`: import or find", err);
  if (rest.size() < 2) return arguments.Misuse("name a file of networks and addresses", err);
  return Find(rest, out, err);
}

}  // namespace leaktrip

#include "daemon/cli/formats_detect.h"

#include <algorithm>
#include <deque>
#include <iomanip>
#include <ostream>

#include "daemon/cli/exit_code.h"
#include "daemon/ingest/line_reader.h"
#include "daemon/ops/clock.h"
#include "detectors/access/format_choice.h"
#include "detectors/access/record_shape.h"

namespace leaktrip {
namespace {

constexpr size_t kShown = 5;

Result<std::deque<std::string>> FirstLines(const std::string& file, size_t most) {
  auto reader = LineReader::Open(file);
  if (!reader) return std::unexpected(reader.error());
  std::deque<std::string> lines;
  LineChunk chunk;
  while (lines.size() < most) {
    const auto more = (*reader)->Next(&chunk);
    if (!more) return std::unexpected(more.error());
    if (!*more) break;
    std::string_view line;
    while (lines.size() < most && TakeLine(&chunk.bytes, &line))
      if (!line.empty()) lines.emplace_back(line);
  }
  return lines;
}

double Percent(size_t part, size_t whole) {
  return whole == 0 ? 0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole);
}

void PrintRanks(const FormatSet& formats, const FormatTrial& trial, size_t lines,
                std::ostream& out) {
  out << "  " << std::left << std::setw(20) << "format" << std::right << std::setw(9) << "events"
      << std::setw(9) << "others" << std::setw(9) << "unread" << std::setw(14) << "fields/event"
      << "\n"
      << std::fixed << std::setprecision(1);
  for (size_t i = 0; i < std::min(kShown, trial.ranks.size()); ++i) {
    const FormatRank& rank = trial.ranks[i];
    out << "  " << std::left << std::setw(20)
        << formats.formats[static_cast<size_t>(rank.format)].id << std::right << std::setw(8)
        << Percent(rank.events, lines) << "%" << std::setw(8) << Percent(rank.known, lines) << "%"
        << std::setw(8) << Percent(lines - rank.events - rank.known, lines) << "%" << std::setw(14)
        << (rank.events == 0 ? 0.0
                             : static_cast<double>(rank.fields) / static_cast<double>(rank.events))
        << "\n";
  }
}

// The first line that the chosen formats leave unread.
void PrintUnread(const std::shared_ptr<const FormatSet>& formats, const std::vector<int>& chosen,
                 const std::vector<std::string_view>& lines, std::ostream& out) {
  AccessParser parser({.formats = formats});
  parser.Use(chosen);
  std::vector<AccessEvent> events;
  size_t unread = 0;
  std::string first;
  for (const std::string_view line : lines) {
    const auto reason = parser.ParseAll(line, Clock::System().Wall(), &events);
    if (reason.empty() || reason == "not-an-event") continue;
    if (unread++ == 0) first = std::string(reason) + ", shaped `" + RecordShape(line) + "`";
  }
  if (unread > 0) out << "  unread lines: " << unread << ", the first " << first << "\n";
}

}  // namespace

int DetectFormats(const std::shared_ptr<const FormatSet>& formats,
                  const std::vector<std::string>& files, size_t lines, std::ostream& out,
                  std::ostream& err) {
  int code = kExitDone;
  for (const auto& file : files) {
    const auto read = FirstLines(file, lines);
    if (!read) {
      err << "leaktrip: " << read.error().ToString() << "\n";
      code = kExitError;
      continue;
    }
    const std::vector<std::string_view> sample(read->begin(), read->end());
    const FormatTrial trial = TryFormats(formats, sample, Clock::System().Wall());
    out << file << ": " << sample.size() << " lines, "
        << (trial.chosen.empty() ? "no format reads them"
                                 : "read as " + FormatNames(*formats, trial.chosen))
        << "\n";
    if (!trial.ranks.empty()) PrintRanks(*formats, trial, sample.size(), out);
    PrintUnread(formats, trial.chosen, sample, out);
    if (trial.chosen.empty() && code == kExitDone) code = kExitFound;
  }
  return code;
}

}  // namespace leaktrip

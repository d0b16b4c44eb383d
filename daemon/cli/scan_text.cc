#include <algorithm>
#include <map>

#include "daemon/cli/scan_format.h"
#include "daemon/ops/printable.h"

namespace leaktrip {
namespace {

constexpr size_t kContext = 60;  // bytes of the line shown on either side

std::string_view ColourOf(Severity severity) {
  switch (severity) {
    case Severity::kCritical:
      return "\033[1;31m";
    case Severity::kHigh:
      return "\033[31m";
    case Severity::kMedium:
      return "\033[33m";
    case Severity::kLow:
      return "\033[36m";
    case Severity::kInfo:
      return "\033[2m";
  }
  return "";
}

// Moves a cut forward to the start of a UTF-8 character.
size_t ToCharacter(std::string_view text, size_t at) {
  while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80) ++at;
  return at;
}

class TextFormat : public ScanFormat {
 public:
  explicit TextFormat(bool colour) : colour_(colour) {}

  std::string Item(const std::string& file, const PlacedFinding& placed) const override {
    const Finding& finding = placed.finding;
    const auto severity = Name(finding.severity);
    std::string text = Printable(file) + ":" + std::to_string(placed.line) + ":" +
                       std::to_string(placed.column) + ": ";
    if (colour_) text += ColourOf(finding.severity);
    text += severity;
    if (colour_) text += "\033[0m";
    text += " " + finding.rule->id + ": " + finding.rule->name + " (" +
            std::string(Name(finding.confidence)) + " confidence";
    for (const auto step : finding.decoded) text += ", " + std::string(Name(step)) + " decoded";
    return text + ")\n    " + RedactedLine(placed) + "\n";
  }

 private:
  bool colour_;
};

}  // namespace

std::string RedactedLine(const PlacedFinding& placed) {
  const std::string_view block = placed.block;
  const size_t start = placed.finding.start;
  size_t left = start == 0 ? 0 : block.rfind('\n', start - 1) + 1;  // npos + 1 is 0
  size_t right = std::min(block.find('\n', placed.finding.start), block.size());
  if (right < placed.finding.end) right = placed.finding.end;  // of several lines: the first
  const bool cut_left = start - left > kContext;
  const bool cut_right = right - placed.finding.end > kContext;
  if (cut_left) left = ToCharacter(block, start - kContext);
  if (cut_right) right = ToCharacter(block, placed.finding.end + kContext);

  std::string line = cut_left ? "\u2026" : "";
  size_t at = left;
  for (const Finding& finding : placed.in_block) {
    if (finding.end <= at || finding.start >= right) continue;
    if (finding.start > at) line += Printable(block.substr(at, finding.start - at));
    // Findings that overlap what is shown already add nothing but must not let a tail through.
    if (finding.start >= at) line += finding.redacted;
    at = std::max(at, finding.end);
  }
  if (at < right) line += Printable(block.substr(at, right - at));
  while (!line.empty() && line.ends_with("\\x0d")) line.erase(line.size() - 4);
  return cut_right ? line + "\u2026" : line;
}

std::unique_ptr<ScanFormat> MakeTextFormat(bool colour) {
  return std::make_unique<TextFormat>(colour);
}

}  // namespace leaktrip

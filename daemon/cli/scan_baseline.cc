#include "daemon/cli/scan_baseline.h"

#include <nlohmann/json.hpp>
#include <optional>

#include "daemon/ingest/line_reader.h"

namespace leaktrip {
namespace {

std::optional<Fingerprint> FingerprintOf(std::string_view line) {
  if (!line.starts_with('{')) return Fingerprint::FromHex(line);
  const auto json = nlohmann::json::parse(line, nullptr, false);
  if (!json.is_object()) return std::nullopt;
  const auto it = json.find("fingerprint");
  if (it == json.end() || !it->is_string()) return std::nullopt;
  return Fingerprint::FromHex(it->get_ref<const std::string&>());
}

}  // namespace

Result<ScanBaseline> ScanBaseline::Read(const std::string& path) {
  auto reader = LineReader::Open(path);
  if (!reader) return std::unexpected(reader.error());
  ScanBaseline baseline;
  LineChunk chunk;
  for (int number = 1;;) {
    const auto more = (*reader)->Next(&chunk);
    if (!more) return std::unexpected(more.error());
    if (!*more) return baseline;
    std::string_view text = chunk.bytes, line;
    for (; TakeLine(&text, &line); ++number) {
      if (line.find_first_not_of(" \t") == std::string_view::npos || line.starts_with('#'))
        continue;
      const auto fingerprint = FingerprintOf(line);
      if (!fingerprint)
        return Fail(Code::kInvalid,
                    "holds no fingerprint; a baseline is what `scan --format jsonl` wrote, or one "
                    "fingerprint a line",
                    {path, number, 0});
      baseline.known_.insert(*fingerprint);
    }
  }
}

}  // namespace leaktrip

#include "detectors/access/leak_use.h"

#include <algorithm>

#include "detectors/access/key_text.h"
#include "detectors/access/words.h"

namespace leaktrip {
namespace {

constexpr size_t kMostPathBytes = 100;

void WriteIp(StateWriter* writer, const std::optional<IpAddress>& ip) {
  writer->Text(ip ? KeyOf(*ip) : std::string_view());
}

bool ReadIp(StateReader* reader, std::optional<IpAddress>* ip) {
  const auto bytes = reader->Text();
  if (!reader->ok() || (!bytes.empty() && bytes.size() != sizeof(IpAddress))) return false;
  if (!bytes.empty()) std::copy(bytes.begin(), bytes.end(), ip->emplace().bytes.begin());
  return true;
}

}  // namespace

void LeakUse::Learn(const AccessEvent& event, bool familiar) {
  if (!event.Succeeded()) {
    ++refused;
  } else {
    if (used++ == 0) first = event.ts;
    first = std::min(first, event.ts);
  }
  if (!familiar) ++strange;
  last = std::max(last, event.ts);
  if (event.client_ip) {
    const IpAddress source = event.client_ip->Source();
    if (sources.size() < kSources &&
        std::find(sources.begin(), sources.end(), source) == sources.end())
      sources.push_back(source);
  }
  std::string path = Plain(event.method, 16) + " " + Plain(event.path, kMostPathBytes);
  std::erase(paths, path);
  if (paths.size() >= kPaths) paths.erase(paths.begin());
  paths.push_back(std::move(path));
}

void LeakUse::Write(StateWriter* writer) const {
  writer->Uint(used).Uint(refused).Uint(strange).Int(first).Int(last).Uint(sources.size());
  for (const auto& source : sources) writer->Text(KeyOf(source));
  writer->Uint(paths.size());
  for (const auto& path : paths) writer->Text(path);
  writer->Uint(used_before).Int(last_before);
  WriteIp(writer, last_ip_before);
}

bool LeakUse::Read(StateReader* reader) {
  used = reader->Uint();
  refused = reader->Uint();
  strange = reader->Uint();
  first = reader->Int();
  last = reader->Int();
  sources.resize(reader->Count(kSources));
  for (auto& source : sources) {
    std::optional<IpAddress> ip;
    if (!ReadIp(reader, &ip) || !ip) return false;
    source = *ip;
  }
  paths.resize(reader->Count(kPaths));
  for (auto& path : paths) path = reader->Text();
  used_before = reader->Uint();
  last_before = reader->Int();
  return ReadIp(reader, &last_ip_before) && reader->ok();
}

std::vector<std::string> LeakUseWords(const LeakUse& use, const Networks& networks) {
  std::vector<std::string> words;
  if (use.used_before > 0) {
    std::string before = "before the leak " + CountWords(use.used_before, "use") +
                         ", the last at " + FormatTime(use.last_before);
    if (use.last_ip_before) before += " from " + SourceWords(*use.last_ip_before, networks);
    words.push_back(std::move(before));
  }
  if (use.used + use.refused == 0) return words;
  std::string since = "since the leak " + CountWords(use.used, "use");
  if (use.used > 0) since += ", the first at " + FormatTime(use.first);
  if (use.refused > 0) since += ", " + std::to_string(use.refused) + " refused";
  since += ", from " + CountWords(use.sources.size(), "source") +
           (use.sources.size() >= LeakUse::kSources ? " or more" : "");
  if (use.strange > 0)
    since += ", " + std::to_string(use.strange) + " of them from where its owner was never seen";
  words.push_back(std::move(since));
  std::string asked = "since the leak it asked for ";
  for (size_t i = use.paths.size(); i-- > 0;) asked += use.paths[i] + (i == 0 ? "" : ", ");
  words.push_back(std::move(asked));
  return words;
}

}  // namespace leaktrip

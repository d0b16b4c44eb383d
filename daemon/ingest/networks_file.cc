#include "daemon/ingest/networks_file.h"

#include "daemon/ingest/byte_reader.h"

namespace leaktrip {
namespace {

constexpr size_t kMostNetworkBytes = size_t{1} << 30;

}  // namespace

Result<std::shared_ptr<const Networks>> LoadNetworks(const std::string& path) {
  if (path.empty()) return Networks::None();
  if (path.ends_with(".mmdb")) return Networks::FromMmdb(path);
  auto reader = ByteReader::Open(path);
  if (!reader) return std::unexpected(reader.error());
  std::string text;
  std::string buffer(1 << 20, '\0');
  for (;;) {
    const auto n = (*reader)->Read(buffer.data(), buffer.size());
    if (!n) return std::unexpected(n.error());
    if (*n == 0) return Networks::FromCsv(text, path);
    text.append(buffer, 0, *n);
    if (text.size() > kMostNetworkBytes)
      return Fail(Code::kFull, "is larger than 1 GiB", {path, 0, 0});
  }
}

}  // namespace leaktrip

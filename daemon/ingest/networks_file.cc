#include "daemon/ingest/networks_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

#include "daemon/ingest/byte_reader.h"
#include "detectors/access/network_table.h"

namespace leaktrip {
namespace {

constexpr size_t kMostNetworkBytes = size_t{1} << 30;
constexpr std::string_view kMmdbMark = "\xab\xcd\xefMaxMind.com";
constexpr std::streamoff kMmdbTail = 128 << 10;  // the mark lies in the last 128 KiB

enum class Kind { kTable, kMmdb, kCsv };

Kind KindOf(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  std::string head(NetworkTable::kMagic.size(), '\0');
  stream.read(head.data(), static_cast<std::streamsize>(head.size()));
  if (head == NetworkTable::kMagic) return Kind::kTable;
  if (path.ends_with(".mmdb")) return Kind::kMmdb;
  stream.clear();
  stream.seekg(0, std::ios::end);
  const std::streamoff size = stream.tellg();
  stream.seekg(size > kMmdbTail ? size - kMmdbTail : 0);
  const std::string tail{std::istreambuf_iterator<char>(stream), {}};
  return tail.find(kMmdbMark) == std::string::npos ? Kind::kCsv : Kind::kMmdb;
}

std::unexpected<Error> IoError(const std::string& path) {
  const int code = errno;
  return Fail(code == ENOENT ? Code::kNotFound : Code::kIo, std::strerror(code), {path});
}

Result<std::shared_ptr<const Networks>> MapTable(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return IoError(path);
  struct stat about{};
  void* bytes = MAP_FAILED;
  if (::fstat(file, &about) == 0 && about.st_size > 0)
    bytes = ::mmap(nullptr, static_cast<size_t>(about.st_size), PROT_READ, MAP_SHARED, file, 0);
  ::close(file);
  if (bytes == MAP_FAILED) return IoError(path);
  const auto size = static_cast<size_t>(about.st_size);
  std::shared_ptr<const void> owner(bytes, [size](void* at) { ::munmap(at, size); });
  auto table = NetworkTable::FromBytes({static_cast<const char*>(bytes), size}, owner, path);
  if (!table) return std::unexpected(table.error());
  return *std::move(table);
}

Result<NetworkRanges> ReadCsv(const std::string& path) {
  auto reader = ByteReader::Open(path);
  if (!reader) return std::unexpected(reader.error());
  std::string text;
  std::string buffer(1 << 20, '\0');
  for (;;) {
    const auto n = (*reader)->Read(buffer.data(), buffer.size());
    if (!n) return std::unexpected(n.error());
    if (*n == 0) return RangesFromCsv(text, path);
    text.append(buffer, 0, *n);
    if (text.size() > kMostNetworkBytes)
      return Fail(Code::kFull, "is larger than 1 GiB", {path, 0, 0});
  }
}

Result<NetworkRanges> ReadOne(const std::string& path) {
  switch (KindOf(path)) {
    case Kind::kTable:
      return Fail(Code::kInvalid, "is a table already; import the CSV or MMDB it was made from",
                  {path});
    case Kind::kMmdb:
      return RangesFromMmdb(path);
    case Kind::kCsv:
      break;
  }
  return ReadCsv(path);
}

}  // namespace

Result<std::shared_ptr<const Networks>> LoadNetworks(const std::string& path) {
  if (path.empty()) return Networks::None();
  if (KindOf(path) == Kind::kTable) return MapTable(path);
  const auto ranges = ReadOne(path);
  if (!ranges) return std::unexpected(ranges.error());
  return NetworkTable::Of(*ranges);
}

Result<NetworkRanges> ReadNetworks(const std::vector<std::string>& paths) {
  NetworkRanges all;
  for (const std::string& path : paths) {
    auto ranges = ReadOne(path);
    if (!ranges) return ranges;
    if (&path == &paths.front())
      all = *std::move(ranges);
    else
      all.FillFrom(*ranges);
  }
  return all;
}

Result<void> WriteNetworks(const NetworkRanges& ranges, const std::string& path) {
  const std::string bytes = NetworkTable::Bytes(ranges);
  const std::string fresh = path + ".new";
  const int file = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (file < 0) return IoError(fresh);
  std::string_view rest = bytes;
  bool good = true;
  while (good && !rest.empty()) {
    const ssize_t n = ::write(file, rest.data(), rest.size());
    good = n > 0 || (n < 0 && errno == EINTR);
    if (n > 0) rest.remove_prefix(static_cast<size_t>(n));
  }
  good = good && ::fsync(file) == 0;
  ::close(file);
  if (!good || ::rename(fresh.c_str(), path.c_str()) != 0) {
    auto error = IoError(path);
    ::unlink(fresh.c_str());
    return error;
  }
  return {};
}

}  // namespace leaktrip

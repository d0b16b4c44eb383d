#include "daemon/config/installation_key.h"

#include <fcntl.h>
#include <openssl/rand.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "daemon/config/secret_file.h"
#include "detectors/base/encoding.h"
#include "detectors/base/fingerprint.h"

namespace leaktrip {
namespace {

std::string RandomHexKey() {
  char bytes[32];
  if (RAND_bytes(reinterpret_cast<unsigned char*>(bytes), sizeof bytes) != 1) return {};
  return HexEncode({bytes, sizeof bytes});
}

// Writes text whole to path, which must not exist.
Result<void> WriteNew(const std::string& path, const std::string& text) {
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) return Fail(Code::kIo, std::strerror(errno), {path});
  const bool written =
      write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && fsync(fd) == 0;
  const int error = errno;
  close(fd);
  if (!written) return Fail(Code::kIo, std::strerror(error), {path});
  return {};
}

}  // namespace

Result<Secret> LoadOrMakeKey(const std::string& dir, const std::string& name) {
  std::error_code error;
  const std::string path = (std::filesystem::absolute(dir, error) / name).string();
  if (!std::filesystem::exists(path, error)) {
    const std::string hex = RandomHexKey();
    if (hex.empty()) return Fail(Code::kIo, "the system gave no random bytes", {path});
    // Written aside and linked into place: nobody ever reads half a key, and the first one wins.
    const std::string aside = path + "." + std::to_string(getpid());
    unlink(aside.c_str());
    if (auto written = WriteNew(aside, hex + "\n"); !written)
      return std::unexpected(written.error());
    const bool linked = link(aside.c_str(), path.c_str()) == 0 || errno == EEXIST;
    const int reason = errno;
    unlink(aside.c_str());
    if (!linked) return Fail(Code::kIo, std::strerror(reason), {path});
  }
  return ReadKeyFile(path, path);
}

Secret MachineKey() {
  for (const auto* path : {"/etc/machine-id", "/proc/sys/kernel/random/boot_id"}) {
    std::ifstream stream(path);
    std::string id;
    if (!(stream >> id) || id.size() < 32) continue;
    const auto key = Fingerprint::OfGuessable(id, "leaktrip: names of guessable secrets");
    return Secret({reinterpret_cast<const char*>(key.bytes.data()), key.bytes.size()});
  }
  return Secret(RandomHexKey());
}

}  // namespace leaktrip

#include "daemon/ingest/byte_reader.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <utility>
#include <vector>

namespace leaktrip {
namespace {

constexpr size_t kInputBytes = 128 << 10;

// A file, pipe or terminal as it is.
class DescriptorReader : public ByteReader {
 public:
  DescriptorReader(int fd, std::string path, const std::atomic<bool>* stop)
      : fd_(fd), path_(std::move(path)), stop_(stop) {
    struct stat info{};
    if (::fstat(fd_, &info) == 0 && S_ISREG(info.st_mode)) stop_ = nullptr;  // never waits
  }
  DescriptorReader(const DescriptorReader&) = delete;
  DescriptorReader& operator=(const DescriptorReader&) = delete;
  ~DescriptorReader() override {
    if (fd_ > STDIN_FILENO) ::close(fd_);
  }

  Result<size_t> Read(char* buffer, size_t size) override {
    for (;;) {
      if (stop_ != nullptr && !Wait()) return size_t{0};
      const ssize_t n = ::read(fd_, buffer, size);
      if (n >= 0) return static_cast<size_t>(n);
      if (errno != EINTR) return Fail(Code::kIo, std::strerror(errno), {path_, 0, 0});
    }
  }

 private:
  // False when it is time to stop. A signal may reach another thread, so nothing but time wakes us.
  bool Wait() const {
    constexpr int kTurnMillis = 100;
    pollfd descriptor{.fd = fd_, .events = POLLIN, .revents = 0};
    while (!*stop_)
      if (::poll(&descriptor, 1, kTurnMillis) != 0 && descriptor.revents != 0) return true;
    return false;
  }

  int fd_;
  std::string path_;
  const std::atomic<bool>* stop_;
};

// A source with a buffer, so that the first bytes can be looked at before they are used.
class Input {
 public:
  Input(std::unique_ptr<ByteReader> source, std::string path)
      : source_(std::move(source)), path_(std::move(path)), buffer_(kInputBytes) {}

  // Appends to the buffer; false at the end of the source.
  Result<bool> Fill() {
    if (size_ == buffer_.size()) return true;
    const auto got = source_->Read(buffer_.data() + size_, buffer_.size() - size_);
    if (!got) return std::unexpected(got.error());
    size_ += *got;
    return *got > 0;
  }
  std::string_view bytes() const { return {buffer_.data(), size_}; }
  void Consume(size_t n) {
    std::memmove(buffer_.data(), buffer_.data() + n, size_ - n);
    size_ -= n;
  }
  const std::string& path() const { return path_; }

 private:
  std::unique_ptr<ByteReader> source_;
  std::string path_;
  std::vector<char> buffer_;
  size_t size_ = 0;
};

class PlainReader : public ByteReader {
 public:
  explicit PlainReader(Input input) : input_(std::move(input)) {}

  Result<size_t> Read(char* buffer, size_t size) override {
    if (input_.bytes().empty()) {
      const auto more = input_.Fill();
      if (!more) return std::unexpected(more.error());
    }
    const size_t n = std::min(size, input_.bytes().size());
    std::memcpy(buffer, input_.bytes().data(), n);
    input_.Consume(n);
    return n;
  }

 private:
  Input input_;
};

class GzipReader : public ByteReader {
 public:
  explicit GzipReader(Input input) : input_(std::move(input)) {
    inflateInit2(&stream_, MAX_WBITS + 16);
  }
  ~GzipReader() override { inflateEnd(&stream_); }

  Result<size_t> Read(char* buffer, size_t size) override {
    stream_.next_out = reinterpret_cast<Bytef*>(buffer);
    stream_.avail_out = static_cast<uInt>(std::min<size_t>(size, 1u << 30));
    const uInt room = stream_.avail_out;
    while (stream_.avail_out == room) {
      if (input_.bytes().empty()) {
        const auto more = input_.Fill();
        if (!more) return std::unexpected(more.error());
        if (!*more) return inside_ ? Damaged("ends too early") : Result<size_t>(0);
      }
      // A tape's or disk's padding may follow the last member.
      if (!inside_ && members_ > 0 && input_.bytes().front() == '\0') {
        input_.Consume(input_.bytes().size());
        continue;
      }
      if (const auto step = Step(); !step) return std::unexpected(step.error());
    }
    return room - stream_.avail_out;
  }

 private:
  Result<void> Step() {
    const auto bytes = input_.bytes();
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream_.avail_in = static_cast<uInt>(bytes.size());
    inside_ = true;
    const int code = inflate(&stream_, Z_NO_FLUSH);
    input_.Consume(bytes.size() - stream_.avail_in);
    if (code == Z_STREAM_END) {
      inside_ = false;
      ++members_;
      inflateReset(&stream_);
    } else if (code != Z_OK && code != Z_BUF_ERROR) {
      return std::unexpected(Damaged("is damaged").error());
    }
    return {};
  }
  Result<size_t> Damaged(const char* what) {
    return Fail(Code::kInvalid, std::string("the gzip data ") + what, {input_.path(), 0, 0});
  }

  Input input_;
  z_stream stream_{};
  bool inside_ = false;  // of a member
  uint64_t members_ = 0;
};

class ZstdReader : public ByteReader {
 public:
  explicit ZstdReader(Input input) : input_(std::move(input)), stream_(ZSTD_createDStream()) {}
  ~ZstdReader() override { ZSTD_freeDStream(stream_); }

  Result<size_t> Read(char* buffer, size_t size) override {
    ZSTD_outBuffer out{buffer, size, 0};
    bool ended = false;
    while (out.pos == 0) {
      if (input_.bytes().empty() && !ended) {
        const auto more = input_.Fill();
        if (!more) return std::unexpected(more.error());
        ended = !*more;
      }
      const auto bytes = input_.bytes();
      if (ended && hint_ == 0) return size_t{0};
      ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
      const size_t hint = ZSTD_decompressStream(stream_, &out, &in);
      if (ZSTD_isError(hint)) return Damaged(ZSTD_getErrorName(hint));
      hint_ = hint;
      input_.Consume(in.pos);
      if (ended && out.pos == 0 && hint_ != 0) return Damaged("ends too early");
    }
    return out.pos;
  }

 private:
  Result<size_t> Damaged(const char* what) {
    return Fail(Code::kInvalid, std::string("the zstd data is damaged: ") + what,
                {input_.path(), 0, 0});
  }

  Input input_;
  ZSTD_DStream* stream_;
  size_t hint_ = 0;  // 0: at the end of a frame, everything flushed
};

Result<int> OpenDescriptor(const std::string& path) {
  if (path == "-") return STDIN_FILENO;
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return Fail(errno == ENOENT ? Code::kNotFound : Code::kIo, std::strerror(errno), {path, 0, 0});
  struct stat info{};
  if (::fstat(fd, &info) == 0 && S_ISDIR(info.st_mode)) {
    ::close(fd);
    return Fail(Code::kInvalid, "is a folder, not a file", {path, 0, 0});
  }
  return fd;
}

}  // namespace

Result<std::unique_ptr<ByteReader>> ByteReader::Open(const std::string& path,
                                                     const std::atomic<bool>* stop) {
  const auto fd = OpenDescriptor(path);
  if (!fd) return std::unexpected(fd.error());
  return Decompress(std::make_unique<DescriptorReader>(*fd, path, stop), path);
}

Result<std::unique_ptr<ByteReader>> ByteReader::Decompress(std::unique_ptr<ByteReader> source,
                                                           const std::string& name) {
  Input input(std::move(source), name);
  while (input.bytes().size() < 4) {
    const auto more = input.Fill();
    if (!more) return std::unexpected(more.error());
    if (!*more) break;
  }
  if (input.bytes().starts_with("\x1f\x8b")) return std::make_unique<GzipReader>(std::move(input));
  if (input.bytes().starts_with("\x28\xb5\x2f\xfd"))
    return std::make_unique<ZstdReader>(std::move(input));
  return std::make_unique<PlainReader>(std::move(input));
}

}  // namespace leaktrip

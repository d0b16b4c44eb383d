#include "daemon/ingest/archive_reader.h"

#include <archive.h>
#include <archive_entry.h>

#include <algorithm>
#include <cstring>
#include <string_view>
#include <utility>
#include <vector>

namespace leaktrip {
namespace {

constexpr size_t kHeader = 512;
constexpr size_t kBlock = 64 << 10;
constexpr int kMostDepth = 3;

// Gives the first bytes to look at and once more to read.
class PeekReader : public ByteReader {
 public:
  explicit PeekReader(std::unique_ptr<ByteReader> source) : source_(std::move(source)) {}

  Result<std::string_view> Peek() {
    head_.resize(kHeader);
    size_t size = 0;
    while (size < kHeader) {
      const auto got = source_->Read(head_.data() + size, kHeader - size);
      // What came before the damage is read first; the error comes again with the next Read().
      if (!got && size == 0) return std::unexpected(got.error());
      if (!got || *got == 0) break;
      size += *got;
    }
    head_.resize(size);
    return head_;
  }

  Result<size_t> Read(char* buffer, size_t size) override {
    if (at_ == head_.size()) return source_->Read(buffer, size);
    const size_t n = std::min(size, head_.size() - at_);
    std::memcpy(buffer, head_.data() + at_, n);
    at_ += n;
    return n;
  }

 private:
  std::unique_ptr<ByteReader> source_;
  std::string head_;
  size_t at_ = 0;
};

// The sum over the header's bytes, with its own field as blanks, stands in it as octal digits.
bool IsTarHeader(std::string_view head) {
  constexpr size_t kSumAt = 148, kSumSize = 8;
  if (head.size() < kHeader || head[0] == '\0') return false;
  unsigned sum = kSumSize * ' ';
  for (size_t i = 0; i < kHeader; ++i)
    if (i < kSumAt || i >= kSumAt + kSumSize) sum += static_cast<unsigned char>(head[i]);
  unsigned stated = 0;
  size_t digits = 0;
  for (const char c : head.substr(kSumAt, kSumSize)) {
    if (c >= '0' && c <= '7') {
      stated = stated * 8 + static_cast<unsigned>(c - '0');
      ++digits;
    } else if (c != ' ' && c != '\0') {
      return false;
    }
  }
  return digits >= 3 && stated == sum;
}

// What libarchive reads from.
struct Feed {
  ByteReader* reader;
  std::vector<char> block = std::vector<char>(kBlock);
  Result<void> outcome;

  static la_ssize_t Read(archive* handle, void* data, const void** buffer) {
    auto* feed = static_cast<Feed*>(data);
    const auto got = feed->reader->Read(feed->block.data(), feed->block.size());
    if (!got) {
      feed->outcome = std::unexpected(got.error());
      archive_set_error(handle, EIO, "%s", "the archive cannot be read");
      return -1;
    }
    *buffer = feed->block.data();
    return static_cast<la_ssize_t>(*got);
  }
};

class MemberReader : public ByteReader {
 public:
  explicit MemberReader(archive* handle) : handle_(handle) {}

  Result<size_t> Read(char* buffer, size_t size) override {
    const auto got = archive_read_data(handle_, buffer, size);
    if (got >= 0) return static_cast<size_t>(got);
    return Fail(Code::kInvalid, "the archive is damaged or ends too early");
  }

 private:
  archive* handle_;
};

void Report(const ArchiveVisitor& visitor, const std::string& name, Error error) {
  error.place.file = name;
  visitor.report(error);
}

void VisitStream(std::unique_ptr<ByteReader> reader, const std::string& name, int depth,
                 const ArchiveVisitor& visitor);

void VisitTar(PeekReader* reader, const std::string& name, int depth,
              const ArchiveVisitor& visitor) {
  const std::unique_ptr<archive, decltype(&archive_read_free)> handle(archive_read_new(),
                                                                      archive_read_free);
  Feed feed{.reader = reader};
  archive_read_support_format_tar(handle.get());
  int code = archive_read_open(handle.get(), &feed, nullptr, Feed::Read, nullptr);
  archive_entry* entry = nullptr;
  while (code >= ARCHIVE_WARN && !visitor.stopped()) {
    code = archive_read_next_header(handle.get(), &entry);
    if (code == ARCHIVE_EOF) return;
    if (code < ARCHIVE_WARN || archive_entry_filetype(entry) != AE_IFREG) continue;
    const char* path = archive_entry_pathname(entry);
    const std::string member = name + "!" + (path != nullptr ? path : "?");
    auto bytes = ByteReader::Decompress(std::make_unique<MemberReader>(handle.get()), member);
    if (bytes)
      VisitStream(std::move(*bytes), member, depth + 1, visitor);
    else
      Report(visitor, member, bytes.error());
  }
  if (visitor.stopped()) return;
  Report(visitor, name,
         feed.outcome ? Error{Code::kInvalid, "the archive is damaged or ends too early", {}}
                      : feed.outcome.error());
}

void VisitStream(std::unique_ptr<ByteReader> reader, const std::string& name, int depth,
                 const ArchiveVisitor& visitor) {
  PeekReader peek(std::move(reader));
  const auto head = peek.Peek();
  if (!head) return Report(visitor, name, head.error());
  if (depth < kMostDepth && IsTarHeader(*head)) return VisitTar(&peek, name, depth, visitor);
  if (const auto visited = visitor.visit(name, &peek); !visited)
    Report(visitor, name, visited.error());
}

}  // namespace

void VisitMembers(std::unique_ptr<ByteReader> reader, const std::string& name,
                  const ArchiveVisitor& visitor) {
  VisitStream(std::move(reader), name, 0, visitor);
}

}  // namespace leaktrip

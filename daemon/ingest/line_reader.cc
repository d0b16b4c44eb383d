#include "daemon/ingest/line_reader.h"

#include <algorithm>
#include <cstring>

namespace leaktrip {

LineReader::LineReader(std::unique_ptr<ByteReader> bytes, size_t chunk_bytes,
                       size_t max_chunk_bytes)
    : bytes_(std::move(bytes)),
      chunk_bytes_(std::max<size_t>(chunk_bytes, 1)),
      max_chunk_bytes_(std::max(max_chunk_bytes, chunk_bytes_)) {}

Result<std::unique_ptr<LineReader>> LineReader::Open(const std::string& path, size_t chunk_bytes,
                                                     size_t max_chunk_bytes) {
  auto bytes = ByteReader::Open(path);
  if (!bytes) return std::unexpected(bytes.error());
  return std::unique_ptr<LineReader>(
      new LineReader(std::move(*bytes), chunk_bytes, max_chunk_bytes));
}

// Reads until the chunk is full or a long line has come to its end.
Result<void> LineReader::Fill() {
  bool newline = std::memchr(buffer_.data(), '\n', size_) != nullptr;
  size_t want = chunk_bytes_;
  while (!ended_) {
    if (size_ >= want) {
      if (newline || size_ >= max_chunk_bytes_) break;
      want = std::min(size_ * 2, max_chunk_bytes_);
    }
    if (buffer_.size() < want) buffer_.resize(want);
    const auto n = bytes_->Read(buffer_.data() + size_, want - size_);
    if (!n) return std::unexpected(n.error());
    newline = newline || std::memchr(buffer_.data() + size_, '\n', *n) != nullptr;
    size_ += *n;
    ended_ = *n == 0;
  }
  return {};
}

Result<bool> LineReader::Next(LineChunk* chunk) {
  std::memmove(buffer_.data(), buffer_.data() + used_, size_ - used_);
  size_ -= used_;
  used_ = 0;
  if (buffer_.size() > chunk_bytes_ && size_ <= chunk_bytes_) {
    buffer_.resize(chunk_bytes_);
    buffer_.shrink_to_fit();
  }
  if (const auto filled = Fill(); !filled) {
    // What came before the damage is given out first; the damage is met again after it.
    const auto* last = static_cast<const char*>(memrchr(buffer_.data(), '\n', size_));
    if (last == nullptr) return std::unexpected(filled.error());
    used_ = static_cast<size_t>(last - buffer_.data()) + 1;
  } else {
    if (size_ == 0) return false;
    const auto* last = static_cast<const char*>(memrchr(buffer_.data(), '\n', size_));
    used_ = ended_ || last == nullptr ? size_ : static_cast<size_t>(last - buffer_.data()) + 1;
  }
  *chunk = {{buffer_.data(), used_}, offset_, line_, inside_line_, false};
  offset_ += used_;
  line_ += static_cast<uint64_t>(std::count(buffer_.data(), buffer_.data() + used_, '\n'));
  inside_line_ = buffer_[used_ - 1] != '\n';
  chunk->ends_inside_line = inside_line_ && !ended_;
  return true;
}

bool TakeLine(std::string_view* text, std::string_view* line) {
  if (text->empty()) return false;
  const size_t end = text->find('\n');
  *line = text->substr(0, end);
  text->remove_prefix(end == std::string_view::npos ? text->size() : end + 1);
  if (line->ends_with('\r')) line->remove_suffix(1);
  return true;
}

}  // namespace leaktrip

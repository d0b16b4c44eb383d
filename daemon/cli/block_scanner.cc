#include "daemon/cli/block_scanner.h"

#include <algorithm>
#include <cstring>

namespace leaktrip {
namespace {

// How far back a block looks for the start of its first line.
constexpr size_t kLineReach = 64 << 10;

}  // namespace

BlockScanner::BlockScanner(Engine* engine, size_t block_bytes)
    : engine_(engine), buffer_(std::max(block_bytes, 8 * kOverlap), '\0') {}

Result<void> BlockScanner::Scan(ByteReader* reader, Millis now, const std::atomic<bool>& stop,
                                const Sink& sink, const Progress& progress) {
  size_ = 0;
  base_ = done_ = cursor_ = line_start_ = 0;
  line_ = 1;
  ended_ = false;
  Result<void> filled;
  // What a stop finds read already is judged, so it is asked for at the end of a turn.
  do {
    filled = Fill(reader, progress);
    if (!filled) ended_ = true;  // what was read before the damage is judged all the same
    const size_t cut = CutPoint();
    Judge(cut, now, sink);
    if (!ended_) Shift(cut);
  } while (!stop && !ended_);
  return filled;
}

Result<void> BlockScanner::Fill(ByteReader* reader, const Progress& progress) {
  while (size_ < buffer_.size()) {
    const auto got = reader->Read(buffer_.data() + size_, buffer_.size() - size_);
    if (!got) return std::unexpected(got.error());
    if (*got == 0) {
      ended_ = true;
      break;
    }
    size_ += *got;
    if (progress) progress(*got);
  }
  return {};
}

size_t BlockScanner::CutPoint() const {
  if (ended_) return size_;
  const size_t least = static_cast<size_t>(done_ - base_) + 2 * kOverlap;
  const std::string_view rest(buffer_.data() + least, size_ - least);
  const auto newline = rest.rfind('\n');
  return newline == std::string_view::npos ? size_ : least + newline + 1;
}

void BlockScanner::Judge(size_t cut, Millis now, const Sink& sink) {
  const Block block{.bytes = {buffer_.data(), cut}, .record_ends = {}};
  findings_.clear();
  engine_->Scan(block, now, &findings_);
  const uint64_t until = base_ + (ended_ ? cut + 1 : cut - kOverlap);
  for (const Finding& finding : findings_) {
    const uint64_t start = base_ + finding.start;
    if (start < done_ || start >= until) continue;
    MoveCursor(start);
    sink({.finding = finding,
          .start = start,
          .end = base_ + finding.end,
          .line = line_,
          .column = start - line_start_ + 1,
          .block = block.bytes,
          .in_block = findings_});
  }
  done_ = until;
}

void BlockScanner::Shift(size_t cut) {
  size_t from = cut - 2 * kOverlap;
  const size_t reach = from > kLineReach ? from - kLineReach : 0;
  const auto newline = std::string_view(buffer_).substr(reach, from - reach).rfind('\n');
  if (newline != std::string_view::npos) from = reach + newline + 1;
  MoveCursor(std::max(cursor_, base_ + from));
  std::memmove(buffer_.data(), buffer_.data() + from, size_ - from);
  size_ -= from;
  base_ += from;
}

void BlockScanner::MoveCursor(uint64_t to) {
  if (to <= cursor_) return;  // findings that nest may start at the same place
  const char* const begin = buffer_.data() + (cursor_ - base_);
  const char* const end = buffer_.data() + (to - base_);
  for (const char* at = begin; at < end; ++at) {
    at = static_cast<const char*>(std::memchr(at, '\n', static_cast<size_t>(end - at)));
    if (!at) break;
    ++line_;
    line_start_ = base_ + static_cast<uint64_t>(at - buffer_.data()) + 1;
  }
  cursor_ = to;
}

}  // namespace leaktrip

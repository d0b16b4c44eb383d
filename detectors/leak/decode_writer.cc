#include <algorithm>
#include <cstring>

#include "detectors/leak/decode_passes.h"

namespace leaktrip {

Span RecordCursor::Around(size_t at) {
  if (ends_.empty()) return Line(at);
  while (next_ < ends_.size() && ends_[next_] <= at) ++next_;
  return {next_ == 0 ? 0 : ends_[next_ - 1], ends_[next_]};
}

Span RecordCursor::Line(size_t at) {
  if (at >= line_.end) {
    const size_t newline = text_.substr(line_.end, at - line_.end).rfind('\n');
    line_.begin = newline == std::string_view::npos ? line_.end : line_.end + newline + 1;
    line_.end = std::min(text_.find('\n', at), text_.size());
  }
  return line_;
}

void SegmentWriter::Open(DecodeStep step, size_t source_begin, size_t most) {
  at_ = out_->bytes.size();
  open_ = {
      .step = step, .source = {source_begin, 0}, .begin = at_, .offsets = out_->offsets_.size()};
  out_->bytes.resize(at_ + most);
  out_->offsets_.resize(open_.offsets + most + 1);
}

void SegmentWriter::OpenGapped(DecodeStep step, size_t source_begin, size_t most) {
  Open(step, source_begin, most);
  open_.ends = out_->unit_ends_.size();
}

void SegmentWriter::PutUnit(char c, size_t source, size_t source_end) {
  Put(c, source);
  out_->unit_ends_.push_back(static_cast<uint32_t>(source_end - open_.source.begin));
}

void SegmentWriter::PutCode(uint32_t code, size_t source, size_t source_end) {
  const auto put = [&](uint32_t byte) {
    if (open_.ends == DecodedSegment::kNone)
      Put(static_cast<char>(byte), source);
    else
      PutUnit(static_cast<char>(byte), source, source_end);
  };
  if (code < 0x80) return put(code);
  // Halves of a surrogate pair and what lies beyond Unicode; no token holds either.
  if ((code >= 0xd800 && code < 0xe000) || code > 0x10ffff) return put('?');
  if (code < 0x800) {
    put(0xc0 | code >> 6);
  } else {
    if (code < 0x10000) {
      put(0xe0 | code >> 12);
    } else {
      put(0xf0 | code >> 18);
      put(0x80 | (code >> 12 & 63));
    }
    put(0x80 | (code >> 6 & 63));
  }
  put(0x80 | (code & 63));
}

void SegmentWriter::PutSame(std::string_view text, size_t begin, size_t end) {
  for (size_t i = begin; i < end; ++i) {
    if (open_.ends == DecodedSegment::kNone)
      Put(text[i], i);
    else
      PutUnit(text[i], i, i + 1);
  }
}

void SegmentWriter::Close(size_t source_end) {
  out_->bytes.resize(at_);
  const size_t size = at_ - open_.begin;
  out_->offsets_.resize(open_.offsets + size + 1);
  out_->offsets_.back() = static_cast<uint32_t>(source_end - open_.source.begin);
  open_.source.end = source_end;
  open_.end = at_;
  out_->ends.push_back(static_cast<uint32_t>(at_));
  out_->segments.push_back(open_);
}

void SegmentWriter::AddBase64(std::string_view prefix, std::string_view decoded, Span source) {
  AddWhole(DecodeStep::kBase64, prefix, source);
  out_->bytes += decoded;
  out_->ends.back() = static_cast<uint32_t>(out_->bytes.size());
  out_->segments.back().end = out_->bytes.size();
  out_->segments.back().prefix = prefix.size();
}

void SegmentWriter::AddWhole(DecodeStep step, std::string_view decoded, Span source) {
  open_ = {.step = step, .source = source, .begin = out_->bytes.size()};
  out_->bytes += decoded;
  open_.end = out_->bytes.size();
  out_->ends.push_back(static_cast<uint32_t>(open_.end));
  out_->segments.push_back(open_);
}

}  // namespace leaktrip

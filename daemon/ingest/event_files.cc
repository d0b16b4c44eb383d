#include "daemon/ingest/event_files.h"

namespace leaktrip {

struct EventFiles::File {
  File(std::string p, AccessFormat format) : path(std::move(p)), parser(format) {}

  std::string path;
  std::unique_ptr<LineReader> reader;
  AccessParser parser;
  LineChunk chunk;
  uint64_t line = 0;  // of the event
  AccessEvent event;
  bool ended = false;
};

EventFiles::EventFiles() = default;
EventFiles::~EventFiles() = default;

Result<std::unique_ptr<EventFiles>> EventFiles::Open(const std::vector<std::string>& paths,
                                                     AccessFormat format) {
  std::unique_ptr<EventFiles> files(new EventFiles);
  for (const auto& path : paths) {
    auto file = std::make_unique<File>(path, format);
    auto reader = LineReader::Open(path);
    if (!reader) return std::unexpected(reader.error());
    file->reader = *std::move(reader);
    if (const auto first = files->Advance(file.get()); !first)
      return std::unexpected(first.error());
    files->files_.push_back(std::move(file));
  }
  return files;
}

// Moves on to the next good line.
Result<void> EventFiles::Advance(File* file) {
  for (;;) {
    std::string_view line;
    while (TakeLine(&file->chunk.bytes, &line)) {
      ++file->line;
      ++lines_;
      if (line.empty()) continue;
      auto event = file->parser.Parse(line);
      if (event) {
        file->event = *event;
        return {};
      }
      BadLines& bad = bad_lines_[std::string(event.error())];
      if (bad.count++ == 0) bad.first = {file->path, static_cast<int>(file->line), 1};
    }
    file->parser.Reset();
    const auto more = file->reader->Next(&file->chunk);
    if (!more) return std::unexpected(more.error());
    if (!*more) {
      file->ended = true;
      return {};
    }
  }
}

Result<const AccessEvent*> EventFiles::Next() {
  if (current_ != nullptr)
    if (const auto moved = Advance(current_); !moved) return std::unexpected(moved.error());
  current_ = nullptr;
  for (const auto& file : files_)
    if (!file->ended && (current_ == nullptr || file->event.ts < current_->event.ts))
      current_ = file.get();
  return current_ == nullptr ? nullptr : &current_->event;
}

}  // namespace leaktrip

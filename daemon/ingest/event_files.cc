#include "daemon/ingest/event_files.h"

#include <sys/stat.h>

#include <ctime>

#include "detectors/access/format_choice.h"
#include "detectors/access/record_shape.h"

namespace leaktrip {
namespace {

// When a file was last written to; now for stdin. Lines that name no year were written before.
Millis WrittenAt(const std::string& path) {
  struct stat about{};
  if (path != "-" && ::stat(path.c_str(), &about) == 0 && S_ISREG(about.st_mode))
    return Millis{about.st_mtim.tv_sec} * 1000;
  return Millis{std::time(nullptr)} * 1000;
}

}  // namespace

struct EventFiles::File {
  File(std::string p, const Options& options)
      : path(std::move(p)),
        parser(options.parsing),
        formats(options.parsing.formats),
        finds_format(options.format == "auto" && formats != nullptr),
        written(WrittenAt(path)) {
    if (formats && !finds_format) parser.Use({formats->Find(options.format)});
  }

  // Looks at the lines that come next when the choice wants to.
  void FindFormat() {
    if (!finds_format || !choice.WantsSample()) return;
    std::vector<std::string_view> sample;
    std::string_view rest = chunk.bytes, next_line;
    while (sample.size() < FormatChoice::kSample && TakeLine(&rest, &next_line))
      if (!next_line.empty()) sample.push_back(next_line);
    if (!sample.empty() && choice.Decide(formats, sample, written))
      parser.Use(choice.ToTry(*formats));
  }

  std::string path;
  std::unique_ptr<LineReader> reader;
  AccessParser parser;
  std::shared_ptr<const FormatSet> formats;
  const bool finds_format;
  FormatChoice choice;
  const Millis written;
  LineChunk chunk;
  uint64_t line = 0;                // of the events
  std::vector<AccessEvent> events;  // of one line
  size_t next = 0;                  // of events
  bool ended = false;

  const AccessEvent& event() const { return events[next]; }
};

EventFiles::EventFiles() = default;
EventFiles::~EventFiles() = default;

Result<std::unique_ptr<EventFiles>> EventFiles::Open(const std::vector<std::string>& paths,
                                                     Options options) {
  std::unique_ptr<EventFiles> files(new EventFiles);
  files->options_ = std::move(options);
  for (const auto& path : paths) {
    auto file = std::make_unique<File>(path, files->options_);
    auto reader = LineReader::Open(path);
    if (!reader) return std::unexpected(reader.error());
    file->reader = *std::move(reader);
    if (const auto first = files->Advance(file.get()); !first)
      return std::unexpected(first.error());
    files->files_.push_back(std::move(file));
  }
  return files;
}

// Moves on to the next event.
Result<void> EventFiles::Advance(File* file) {
  if (file->next + 1 < file->events.size()) {
    ++file->next;
    return {};
  }
  for (;;) {
    std::string_view line;
    while (TakeLine(&file->chunk.bytes, &line)) {
      ++file->line;
      ++lines_;
      if (line.empty()) continue;
      file->events.clear();
      file->next = 0;
      const auto reason = file->parser.ParseAll(line, file->written, &file->events);
      file->choice.Count(1, !reason.empty() && reason != "not-an-event");
      if (reason.empty()) return {};
      Discard(*file, line, reason);
    }
    file->parser.Reset();
    const auto more = file->reader->Next(&file->chunk);
    if (!more) return std::unexpected(more.error());
    if (!*more) {
      file->ended = true;
      return {};
    }
    file->FindFormat();
  }
}

void EventFiles::Discard(const File& file, std::string_view line, std::string_view reason) {
  BadLines& bad = bad_lines_[std::string(reason)];
  if (bad.count++ > 0) return;
  bad.first = {file.path, static_cast<int>(file.line), 1};
  if (reason != "not-an-event") bad.shape = RecordShape(line);
}

Result<const AccessEvent*> EventFiles::Next() {
  if (current_ != nullptr)
    if (const auto moved = Advance(current_); !moved) return std::unexpected(moved.error());
  current_ = nullptr;
  for (const auto& file : files_)
    if (!file->ended && (current_ == nullptr || file->event().ts < current_->event().ts))
      current_ = file.get();
  return current_ == nullptr ? nullptr : &current_->event();
}

std::vector<std::pair<std::string, std::string>> EventFiles::Formats() const {
  std::vector<std::pair<std::string, std::string>> formats;
  formats.reserve(files_.size());
  for (const auto& file : files_)
    formats.emplace_back(file->path, file->finds_format
                                         ? FormatNames(*file->formats, file->choice.chosen())
                                         : options_.format);
  return formats;
}

}  // namespace leaktrip

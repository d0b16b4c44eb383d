// EventFiles: the AccessEvents of several files as one stream by event time.
//
// Within a file the order of its lines is kept; between files the earliest next event comes first.
// Threads: one. Memory: one chunk per file. Failure: a file that cannot be read or is damaged; bad
// lines are counted by reason.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "daemon/ingest/line_reader.h"
#include "detectors/access/access_parser.h"

namespace leaktrip {

class EventFiles {
 public:
  struct Options {
    // "auto": found out per file, from its lines. Without a set of formats: native or ncsa, by
    // line.
    std::string format = "auto";
    AccessParser::Options parsing;
  };
  // REQUIRES: the format is auto or in the set.
  static Result<std::unique_ptr<EventFiles>> Open(const std::vector<std::string>& paths,
                                                  Options options);
  ~EventFiles();

  // nullptr at the end of all. The event lives until the next call.
  Result<const AccessEvent*> Next();

  struct BadLines {
    uint64_t count = 0;
    Place first;
    std::string shape;  // of the first; empty for "not-an-event"
  };
  const std::map<std::string, BadLines>& bad_lines() const { return bad_lines_; }
  uint64_t lines() const { return lines_; }
  // Each file and the formats its lines were read as, as far as it was read.
  std::vector<std::pair<std::string, std::string>> Formats() const;

 private:
  struct File;
  EventFiles();
  Result<void> Advance(File* file);
  void Discard(const File& file, std::string_view line, std::string_view reason);

  Options options_;
  std::vector<std::unique_ptr<File>> files_;
  File* current_ = nullptr;
  std::map<std::string, BadLines> bad_lines_;
  uint64_t lines_ = 0;
};

}  // namespace leaktrip

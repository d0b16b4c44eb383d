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
  static Result<std::unique_ptr<EventFiles>> Open(const std::vector<std::string>& paths,
                                                  AccessFormat format);
  ~EventFiles();

  // nullptr at the end of all. The event lives until the next call.
  Result<const AccessEvent*> Next();

  struct BadLines {
    uint64_t count = 0;
    Place first;
  };
  const std::map<std::string, BadLines>& bad_lines() const { return bad_lines_; }
  uint64_t lines() const { return lines_; }

 private:
  struct File;
  EventFiles();
  Result<void> Advance(File* file);

  std::vector<std::unique_ptr<File>> files_;
  File* current_ = nullptr;
  std::map<std::string, BadLines> bad_lines_;
  uint64_t lines_ = 0;
};

}  // namespace leaktrip

// A stream as the files in it: itself, or, when it is a tar archive, its members.
//
// An archive is known by the check sum of its first header, whatever it is called. Members are
// decompressed as files are; archives in archives are opened, three levels deep. A member is named
// "logs.tar!/var/log/app.log". Links, folders and devices are left out.
//
// Threads: one. Memory: as ByteReader, times the depth; nothing is written to disk. Failure: a
// damaged member is reported with its name and the others go on; a damaged archive ends there.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "daemon/ingest/byte_reader.h"
#include "detectors/base/result.h"

namespace leaktrip {

struct ArchiveVisitor {
  // Reads what it wants of the member; an error is reported under the member's name.
  std::function<Result<void>(const std::string& name, ByteReader* reader)> visit;
  std::function<void(const Error& error)> report;
  std::function<bool()> stopped;  // true: no further members
};

void VisitMembers(std::unique_ptr<ByteReader> reader, const std::string& name,
                  const ArchiveVisitor& visitor);

}  // namespace leaktrip

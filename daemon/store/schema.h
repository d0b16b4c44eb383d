// The store's file: where it lies, its tables, and what happens when it is damaged or of another
// version.
//
// <dir>/leaktrip.db, WAL, synchronous=FULL: what a commit returned for survives a power cut. Files
// are owner-only. Deleted content is overwritten with zeros.
//
// Failure: a file of a newer version is refused and left alone; a damaged one is, with recover,
// renamed to leaktrip.db.corrupt-<time> (its log files too) and a new one begins, else kIo.
#pragma once

#include <memory>
#include <string>

#include "daemon/store/sqlite.h"

namespace leaktrip {

inline constexpr int kSchemaVersion = 1;
inline constexpr std::string_view kStoreFile = "leaktrip.db";

// Makes dir, owner-only, unless it is there.
Result<void> MakeStateDir(const std::string& dir);

struct OpenedDatabase {
  std::unique_ptr<Database> db;
  std::string moved_aside;  // new path of a damaged file, or empty
};

Result<OpenedDatabase> OpenDatabase(const std::string& dir, bool recover);

}  // namespace leaktrip

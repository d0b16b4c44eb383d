// Database: one SQLite connection with its prepared statements, and the error codes of this
// project.
//
// Every statement is prepared once and kept, keyed by its text, so texts must come from a small
// fixed set. Values are bound, never pasted into the text.
//
// Threads: one at a time; each thread opens its own. Failure: kFull when the disk or the page limit
// is reached, kUnavailable when another connection held the lock for five seconds, kIo otherwise
// (is_damage() tells a damaged file from the rest). Messages hold no bound value.
#pragma once

#include <sqlite3.h>

#include <concepts>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "detectors/base/result.h"

namespace leaktrip {

// Bytes that are not text.
struct Blob {
  std::string_view bytes;
};

// The current row of a query; valid inside the callback only.
class Row {
 public:
  explicit Row(sqlite3_stmt* statement) : statement_(statement) {}
  int64_t Int(int column) const { return sqlite3_column_int64(statement_, column); }
  std::string Text(int column) const { return std::string(View(column)); }
  std::string_view View(int column) const;  // text or blob
  bool Null(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }

 private:
  sqlite3_stmt* statement_;
};

class Database {
 public:
  // The file must exist. Waits up to five seconds for locks of other connections.
  static Result<std::unique_ptr<Database>> Open(const std::string& path);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // Runs one statement; the value is the number of rows it changed.
  template <typename... Args>
  Result<int64_t> Run(std::string_view sql, const Args&... args) {
    auto prepared = Prepare(sql);
    if (!prepared) return std::unexpected(prepared.error());
    int index = 0;
    (Bind(*prepared, ++index, args), ...);
    return Finish(*prepared, nullptr);
  }

  // Calls each(row) for every row. each() must not run the same statement.
  template <typename... Args>
  Result<void> Query(std::string_view sql, const std::function<void(const Row&)>& each,
                     const Args&... args) {
    auto prepared = Prepare(sql);
    if (!prepared) return std::unexpected(prepared.error());
    int index = 0;
    (Bind(*prepared, ++index, args), ...);
    auto done = Finish(*prepared, &each);
    if (!done) return std::unexpected(done.error());
    return {};
  }

  // The first column of the first row; nullopt when there is no row.
  template <typename... Args>
  Result<std::optional<int64_t>> Number(std::string_view sql, const Args&... args) {
    std::optional<int64_t> number;
    auto done = Query(
        sql,
        [&number](const Row& row) {
          if (!number && !row.Null(0)) number = row.Int(0);
        },
        args...);
    if (!done) return std::unexpected(done.error());
    return number;
  }

  // Several statements without values; nothing is kept of them.
  Result<void> Script(const std::string& sql);
  // True when the last failure was a damaged file.
  bool is_damage() const;

 private:
  explicit Database(sqlite3* handle) : handle_(handle) {}
  Result<sqlite3_stmt*> Prepare(std::string_view sql);
  Result<int64_t> Finish(sqlite3_stmt* statement, const std::function<void(const Row&)>* each);
  Error LastError();

  static void Bind(sqlite3_stmt* statement, int index, std::integral auto value) {
    sqlite3_bind_int64(statement, index, static_cast<int64_t>(value));
  }
  static void Bind(sqlite3_stmt* statement, int index, std::string_view text) {
    // A null pointer would bind NULL.
    sqlite3_bind_text64(statement, index, text.data() == nullptr ? "" : text.data(), text.size(),
                        SQLITE_STATIC, SQLITE_UTF8);
  }
  static void Bind(sqlite3_stmt* statement, int index, const Blob& blob) {
    sqlite3_bind_blob64(statement, index, blob.bytes.data() == nullptr ? "" : blob.bytes.data(),
                        blob.bytes.size(), SQLITE_STATIC);
  }
  static void Bind(sqlite3_stmt* statement, int index, std::nullptr_t) {
    sqlite3_bind_null(statement, index);
  }

  sqlite3* handle_;
  int last_code_ = SQLITE_OK;
  std::unordered_map<std::string, sqlite3_stmt*> statements_;
};

// A write transaction that is rolled back unless committed.
class Transaction {
 public:
  static Result<Transaction> Begin(Database& db);
  ~Transaction();
  Transaction(Transaction&& other) noexcept : db_(std::exchange(other.db_, nullptr)) {}
  Transaction& operator=(Transaction&&) = delete;
  Result<void> Commit();

 private:
  explicit Transaction(Database* db) : db_(db) {}
  Database* db_;
};

}  // namespace leaktrip

#include "daemon/store/sqlite.h"

namespace leaktrip {
namespace {

constexpr int kLockWaitMillis = 5000;

}  // namespace

std::string_view Row::View(int column) const {
  // The bytes must be asked for before their length.
  const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement_, column));
  if (bytes == nullptr) return {};
  return {bytes, static_cast<size_t>(sqlite3_column_bytes(statement_, column))};
}

Result<std::unique_ptr<Database>> Database::Open(const std::string& path) {
  sqlite3* handle = nullptr;
  const int code =
      sqlite3_open_v2(path.c_str(), &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
  std::unique_ptr<Database> db(new Database(handle));
  if (code != SQLITE_OK) return Fail(Code::kIo, path + ": " + sqlite3_errstr(code));
  sqlite3_extended_result_codes(handle, 1);
  sqlite3_busy_timeout(handle, kLockWaitMillis);
  return db;
}

Database::~Database() {
  for (auto& [sql, statement] : statements_) sqlite3_finalize(statement);
  sqlite3_close(handle_);
}

Result<sqlite3_stmt*> Database::Prepare(std::string_view sql) {
  auto [entry, is_new] = statements_.try_emplace(std::string(sql), nullptr);
  if (!is_new) return entry->second;
  const int code = sqlite3_prepare_v3(handle_, sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &entry->second, nullptr);
  if (code == SQLITE_OK) return entry->second;
  statements_.erase(entry);
  return std::unexpected(LastError());
}

Result<int64_t> Database::Finish(sqlite3_stmt* statement,
                                 const std::function<void(const Row&)>* each) {
  int code;
  const Row row(statement);
  while ((code = sqlite3_step(statement)) == SQLITE_ROW)
    if (each != nullptr) (*each)(row);
  Result<int64_t> result = sqlite3_changes64(handle_);
  if (code != SQLITE_DONE) result = std::unexpected(LastError());
  sqlite3_reset(statement);
  sqlite3_clear_bindings(statement);
  return result;
}

Result<void> Database::Script(const std::string& sql) {
  if (sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK) return {};
  return std::unexpected(LastError());
}

bool Database::is_damage() const {
  const int primary = last_code_ & 0xff;
  return primary == SQLITE_CORRUPT || primary == SQLITE_NOTADB;
}

Error Database::LastError() {
  last_code_ = sqlite3_extended_errcode(handle_);
  Code code = Code::kIo;
  switch (last_code_ & 0xff) {
    case SQLITE_FULL:
      code = Code::kFull;
      break;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      code = Code::kUnavailable;
      break;
    default:
      break;
  }
  return {code, std::string("store: ") + sqlite3_errmsg(handle_), {}};
}

Result<Transaction> Transaction::Begin(Database& db) {
  // IMMEDIATE takes the write lock now, so that no statement inside fails for want of it.
  if (auto begun = db.Run("BEGIN IMMEDIATE"); !begun) return std::unexpected(begun.error());
  return Transaction(&db);
}

Transaction::~Transaction() {
  // After some failures SQLite has rolled back by itself; a second time does no harm.
  if (db_ != nullptr) (void)db_->Run("ROLLBACK");
}

Result<void> Transaction::Commit() {
  if (auto done = db_->Run("COMMIT"); !done) return std::unexpected(done.error());
  db_ = nullptr;
  return {};
}

}  // namespace leaktrip

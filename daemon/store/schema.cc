#include "daemon/store/schema.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>
#include <ctime>
#include <filesystem>

namespace leaktrip {
namespace {

namespace fs = std::filesystem;

constexpr const char* kTables = R"sql(
CREATE TABLE alerts(
  id TEXT NOT NULL, revision INTEGER NOT NULL, ts INTEGER NOT NULL, created INTEGER NOT NULL,
  severity INTEGER NOT NULL, type TEXT NOT NULL, body TEXT NOT NULL,
  PRIMARY KEY(id, revision)) WITHOUT ROWID;
CREATE INDEX alerts_created ON alerts(created);

CREATE TABLE deliveries(
  seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, alert_id TEXT NOT NULL,
  revision INTEGER NOT NULL, endpoint TEXT NOT NULL, state TEXT NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0, due INTEGER NOT NULL, created INTEGER NOT NULL,
  last_error TEXT NOT NULL DEFAULT '');
CREATE INDEX deliveries_due ON deliveries(endpoint, due) WHERE state = 'pending';
CREATE INDEX deliveries_alert ON deliveries(alert_id, revision);
CREATE INDEX deliveries_state ON deliveries(state, created);
CREATE TABLE endpoints(name TEXT PRIMARY KEY, disabled_at INTEGER NOT NULL, reason TEXT NOT NULL)
  WITHOUT ROWID;

CREATE TABLE revocations(
  seq INTEGER PRIMARY KEY AUTOINCREMENT, alert_id TEXT NOT NULL, fingerprint TEXT NOT NULL,
  action TEXT NOT NULL, kind TEXT NOT NULL, provider TEXT NOT NULL, mode TEXT NOT NULL,
  release_at INTEGER NOT NULL, state TEXT NOT NULL, held TEXT NOT NULL DEFAULT '',
  attempts INTEGER NOT NULL DEFAULT 0, due INTEGER NOT NULL, created INTEGER NOT NULL,
  updated INTEGER NOT NULL, auto_approved INTEGER, open_intent INTEGER NOT NULL DEFAULT 0,
  acknowledged INTEGER, detail TEXT NOT NULL DEFAULT '', token BLOB,
  UNIQUE(fingerprint, action));
CREATE INDEX revocations_state ON revocations(state, due);
CREATE INDEX revocations_auto ON revocations(auto_approved) WHERE auto_approved IS NOT NULL;
CREATE TABLE flags(name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;

CREATE TABLE audit(
  seq INTEGER PRIMARY KEY AUTOINCREMENT, ts INTEGER NOT NULL, actor TEXT NOT NULL,
  action TEXT NOT NULL, subject TEXT NOT NULL, detail TEXT NOT NULL, prev TEXT NOT NULL,
  hash TEXT NOT NULL);
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit
  BEGIN SELECT RAISE(ABORT, 'the audit table only grows'); END;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit
  BEGIN SELECT RAISE(ABORT, 'the audit table only grows'); END;

CREATE TABLE state(key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE offsets(topic TEXT NOT NULL, partition INTEGER NOT NULL, next INTEGER NOT NULL,
  PRIMARY KEY(topic, partition)) WITHOUT ROWID;
)sql";

Error OsError(const std::string& path) {
  return {Code::kIo, path + ": " + std::strerror(errno), {}};
}

Result<void> MakeFile(const std::string& dir, const std::string& path) {
  if (auto made = MakeStateDir(dir); !made) return made;
  // SQLite gives its log files the mode of the main file.
  const int fd = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) return std::unexpected(OsError(path));
  const int result = fchmod(fd, 0600);
  close(fd);
  if (result != 0) return std::unexpected(OsError(path));
  return {};
}

Result<void> CreateTables(Database& db) {
  auto transaction = Transaction::Begin(db);
  if (!transaction) return std::unexpected(transaction.error());
  // Another thread may have been first.
  auto version = db.Number("PRAGMA user_version");
  if (!version) return std::unexpected(version.error());
  if (version->value_or(0) != 0) return {};
  if (auto made = db.Script(kTables); !made) return made;
  if (auto set = db.Script("PRAGMA user_version = " + std::to_string(kSchemaVersion)); !set)
    return set;
  return transaction->Commit();
}

Result<void> CheckPages(Database& db, bool* damaged) {
  std::string verdict;
  auto checked = db.Query("PRAGMA quick_check(1)", [&](const Row& row) { verdict = row.Text(0); });
  if (!checked) {
    *damaged = db.is_damage();
    return checked;
  }
  if (verdict == "ok") return {};
  *damaged = true;
  return Fail(Code::kIo, "store: the file is damaged");
}

Result<std::unique_ptr<Database>> TryOpen(const std::string& dir, const std::string& path,
                                          bool check, bool* damaged) {
  *damaged = false;
  if (auto made = MakeFile(dir, path); !made) return std::unexpected(made.error());
  auto opened = Database::Open(path);
  if (!opened) return opened;
  Database& db = **opened;
  auto fail = [&](Error error) -> Result<std::unique_ptr<Database>> {
    *damaged = *damaged || db.is_damage();
    return std::unexpected(std::move(error));
  };
  auto version = db.Number("PRAGMA user_version");
  if (!version) return fail(version.error());
  if (version->value_or(0) > kSchemaVersion)
    return Fail(Code::kInvalid, path + " has schema " + std::to_string(version->value_or(0)) +
                                    " of a newer leaktrip, this one knows up to " +
                                    std::to_string(kSchemaVersion) +
                                    ": run the newer version, or move the file away to begin anew");
  const bool is_new = version->value_or(0) == 0;
  if (is_new)
    if (auto set = db.Script("PRAGMA auto_vacuum = INCREMENTAL"); !set) return fail(set.error());
  if (auto set = db.Script("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                           "PRAGMA secure_delete = ON; PRAGMA journal_size_limit = 16777216;"
                           "PRAGMA trusted_schema = OFF;");
      !set)
    return fail(set.error());
  if (is_new) {
    if (auto made = CreateTables(db); !made) return fail(made.error());
  } else if (check) {
    if (auto good = CheckPages(db, damaged); !good) return fail(good.error());
  }
  return opened;
}

Result<std::string> MoveAside(const std::string& path) {
  const std::string suffix = ".corrupt-" + std::to_string(std::time(nullptr));
  std::string target = path + suffix;
  for (int i = 1; fs::exists(target); ++i) target = path + suffix + "-" + std::to_string(i);
  if (rename(path.c_str(), target.c_str()) != 0) return std::unexpected(OsError(path));
  for (const char* log : {"-wal", "-shm"})
    if (fs::exists(path + log)) (void)rename((path + log).c_str(), (target + log).c_str());
  return target;
}

}  // namespace

Result<void> MakeStateDir(const std::string& dir) {
  std::error_code error;
  if (fs::exists(dir, error)) return {};
  fs::create_directories(dir, error);
  if (error) return Fail(Code::kIo, dir + ": " + error.message());
  if (chmod(dir.c_str(), 0700) != 0) return std::unexpected(OsError(dir));
  return {};
}

Result<OpenedDatabase> OpenDatabase(const std::string& dir, bool recover) {
  const std::string path = dir + "/" + std::string(kStoreFile);
  bool damaged = false;
  auto opened = TryOpen(dir, path, recover, &damaged);
  if (opened) return OpenedDatabase{std::move(*opened), {}};
  if (!damaged || !recover) return std::unexpected(opened.error());
  auto moved = MoveAside(path);
  if (!moved) return std::unexpected(moved.error());
  auto again = TryOpen(dir, path, false, &damaged);
  if (!again) return std::unexpected(again.error());
  return OpenedDatabase{std::move(*again), std::move(*moved)};
}

}  // namespace leaktrip

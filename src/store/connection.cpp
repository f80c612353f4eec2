#include "store/connection.hpp"

#include <cstdio>
#include <cstdlib>

#include <sqlite3.h>

#include "testlooper/base/check.hpp"

namespace testlooper::store {
namespace {

constexpr int kBusyMilliseconds = 5'000;

// One connection alone writes and checkpoints: SQLite 3.7.0 to 3.51.2 can damage a WAL file that
// several connections reset at once. docs/decisions/0002-one-sqlite-file.md has the whole argument.
constexpr const char* kWriterSettings =
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;"
    "PRAGMA temp_store = MEMORY; PRAGMA cache_size = -8000; PRAGMA journal_size_limit = 67108864;";
constexpr const char* kReaderSettings =
    "PRAGMA query_only = ON; PRAGMA wal_autocheckpoint = 0; PRAGMA temp_store = MEMORY;"
    "PRAGMA cache_size = -4000;";
constexpr const char* kMemorySettings =
    "PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; PRAGMA foreign_keys = ON;"
    "PRAGMA temp_store = MEMORY;";

sqlite3* open_handle(const std::string& file, int flags) {
  sqlite3* handle = nullptr;
  const int code =
      sqlite3_open_v2(file.c_str(), &handle, flags | SQLITE_OPEN_NOMUTEX, /*zVfs=*/nullptr);
  if (code != SQLITE_OK) {
    const std::string why = handle != nullptr ? sqlite3_errmsg(handle) : "out of memory";
    sqlite3_close(handle);
    throw StoreFault("the store " + file + " can't be opened (" + why +
                     "): check that its folder exists and may be written");
  }
  sqlite3_extended_result_codes(handle, 1);
  sqlite3_busy_timeout(handle, kBusyMilliseconds);
  return handle;
}

// The sentence for a fault of the machine; empty where the fault is ours.
std::string sentence(int code, const std::string& file, const std::string& why) {
  switch (code & 0xff) {
    case SQLITE_FULL:
      return "the disk is full: the store " + file +
             " can't grow; free some space there, work goes on by itself";
    case SQLITE_IOERR:
      return "the disk failed under the store " + file + " (" + why + "): see the kernel's log";
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return "the store " + file + " is damaged (" + why +
             "): restore it from a backup, or move it away to begin anew";
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_CANTOPEN:
    case SQLITE_AUTH:
      return "the store " + file + " can't be written (" + why +
             "): check the rights of the file and of its folder";
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
      return "the store " + file + " is locked by another process (" + why + "): stop that one";
    case SQLITE_NOMEM:
      return "out of memory while using the store " + file;
    default:
      return {};
  }
}

}  // namespace

Query::Query(Connection& connection, sqlite3_stmt* statement)
    : connection_(connection), statement_(statement) {}

Query::~Query() { sqlite3_reset(statement_); }

bool Query::next() {
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) connection_.raise(code);
  return false;
}

bool Query::is_null(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

std::int64_t Query::integer(int column) const { return sqlite3_column_int64(statement_, column); }

std::string_view Query::view(int column) const {
  const auto* data = static_cast<const char*>(sqlite3_column_blob(statement_, column));
  const auto size = sqlite3_column_bytes(statement_, column);
  return data == nullptr ? std::string_view{}
                         : std::string_view{data, static_cast<std::size_t>(size)};
}

void Connection::Close::operator()(sqlite3* handle) const { sqlite3_close(handle); }
void Connection::Finalize::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);
}

Connection::Connection(const std::filesystem::path& file, Access access) : file_(file.string()) {
  const bool writes = access == Access::write;
  handle_.reset(open_handle(
      file_, writes ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY));
  script(writes ? kWriterSettings : kReaderSettings);
  if (!writes) sqlite3_db_config(handle_.get(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
}

Connection::Connection()
    : file_("in memory"), handle_(open_handle(":memory:", SQLITE_OPEN_READWRITE)) {
  script(kMemorySettings);
}

Connection::~Connection() = default;

void Connection::script(const std::string& sql) {
  const int code = sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) raise(code);
}

bool Connection::in_transaction() const { return sqlite3_get_autocommit(handle_.get()) == 0; }

std::vector<std::string> Connection::statements() const {
  std::vector<std::string> texts;
  for (const auto& [text, statement] : statements_) texts.emplace_back(text);
  return texts;
}

void Connection::raise(int code) const {
  const std::string why = sqlite3_errmsg(handle_.get());
  if (auto text = sentence(code, file_, why); !text.empty()) throw StoreFault(text);
  std::fprintf(stderr, "the store was used wrongly: %s (SQLite code %d)\n", why.c_str(), code);
  std::abort();
}

sqlite3_stmt* Connection::prepared(Sql sql) {
  auto& statement = statements_[sql.text];
  if (!statement) {
    sqlite3_stmt* made = nullptr;
    const int code =
        sqlite3_prepare_v3(handle_.get(), sql.text.data(), static_cast<int>(sql.text.size()),
                           SQLITE_PREPARE_PERSISTENT, &made, nullptr);
    if (code != SQLITE_OK) raise(code);
    statement.reset(made);
  }
  TL_CHECK(sqlite3_stmt_busy(statement.get()) == 0);  // a loop would steal its own statement
  return statement.get();
}

std::int64_t Connection::changes() const { return sqlite3_changes64(handle_.get()); }
std::int64_t Connection::last_id() const { return sqlite3_last_insert_rowid(handle_.get()); }

void Connection::bind(sqlite3_stmt* statement, int index, std::int64_t value) {
  TL_CHECK(sqlite3_bind_int64(statement, index, value) == SQLITE_OK);
}

void Connection::bind(sqlite3_stmt* statement, int index, std::string_view value) {
  // A null pointer would bind NULL, which is not what an empty text means.
  const char* data = value.data() == nullptr ? "" : value.data();
  TL_CHECK(sqlite3_bind_text64(statement, index, data, value.size(), SQLITE_TRANSIENT,
                               SQLITE_UTF8) == SQLITE_OK);
}

void Connection::bind(sqlite3_stmt* statement, int index, const Blob& value) {
  TL_CHECK(sqlite3_bind_blob64(statement, index, value.bytes.data(), value.bytes.size(),
                               SQLITE_TRANSIENT) == SQLITE_OK);
}

void Connection::bind(sqlite3_stmt* statement, int index, std::nullopt_t) {
  TL_CHECK(sqlite3_bind_null(statement, index) == SQLITE_OK);
}

Transaction::Transaction(Connection& connection, Kind kind) : connection_(connection) {
  if (kind == Kind::write) {
    connection_.run("BEGIN IMMEDIATE");
  } else {
    connection_.run("BEGIN");
  }
}

Transaction::~Transaction() {
  // After some faults SQLite has rolled back already.
  if (!connection_.in_transaction()) return;
  try {
    connection_.run("ROLLBACK");
  } catch (const StoreFault&) {  // NOLINT(bugprone-empty-catch)
    // The next BEGIN reports it.
  }
}

void Transaction::commit() { connection_.run("COMMIT"); }

}  // namespace testlooper::store

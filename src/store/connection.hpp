// One connection to SQLite with its prepared statements. It belongs to one thread at a time. What
// the disk does wrong becomes a StoreFault; what we did wrong (bad SQL, a broken constraint) ends
// the process. It knows nothing of the tables.
#pragma once

#include <concepts>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "testlooper/base/ids.hpp"
#include "testlooper/base/time.hpp"
#include "testlooper/ports/store.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace testlooper::store {

// SQL is written in the source, never put together from data: only a literal converts.
struct Sql {
  std::string_view text;
  // NOLINTNEXTLINE(google-explicit-constructor)
  consteval Sql(const char* literal) : text(literal) {}
};

struct Blob {
  std::string bytes;
};

class Connection;

// A statement under way; it is ready for its next use when this is destroyed. Columns count from 0.
class Query {
 public:
  explicit Query(Connection& connection, sqlite3_stmt* statement);
  ~Query();
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;

  // False after the last row.
  bool next();
  bool is_null(int column) const;
  std::int64_t integer(int column) const;
  int small(int column) const { return static_cast<int>(integer(column)); }
  bool boolean(int column) const { return integer(column) != 0; }
  WallTime time(int column) const { return {integer(column)}; }
  std::string text(int column) const { return std::string{view(column)}; }
  // Valid until the next step.
  std::string_view view(int column) const;
  template <typename Identity>
  Identity id(int column) const {
    return Identity{integer(column)};
  }
  template <typename Identity>
  std::optional<Identity> optional_id(int column) const {
    return is_null(column) ? std::nullopt : std::optional{Identity{integer(column)}};
  }
  std::optional<WallTime> optional_time(int column) const {
    return is_null(column) ? std::nullopt : std::optional{time(column)};
  }

 private:
  Connection& connection_;
  sqlite3_stmt* statement_;
};

enum class Access { write, read };

class Connection {
 public:
  // A writer creates the file where it is missing.
  Connection(const std::filesystem::path& file, Access access);
  // A database of its own, in memory.
  Connection();
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  template <typename... Values>
  Query query(Sql sql, const Values&... values) {
    auto* statement = prepared(sql);
    int index = 0;  // NOLINT(misc-const-correctness): counted up, where there are values
    (bind(statement, ++index, values), ...);
    return Query{*this, statement};
  }
  // Runs it to its end; returns how many rows it changed.
  template <typename... Values>
  std::int64_t run(Sql sql, const Values&... values) {
    {
      auto query = this->query(sql, values...);
      while (query.next()) continue;
    }
    return changes();
  }
  // Runs an INSERT that adds a row; returns the row's id.
  template <typename... Values>
  std::int64_t insert(Sql sql, const Values&... values) {
    run(sql, values...);
    return last_id();
  }
  // The first column of the first row; 0 where there is none.
  template <typename... Values>
  std::int64_t number(Sql sql, const Values&... values) {
    auto query = this->query(sql, values...);
    return query.next() ? query.integer(0) : 0;
  }

  // Several statements, none of them kept.
  void script(const std::string& sql);
  bool in_transaction() const;
  // The statements prepared so far; tests look at how SQLite carries them out.
  std::vector<std::string> statements() const;

  [[noreturn]] void raise(int code) const;

 private:
  struct Close {
    void operator()(sqlite3* handle) const;
  };
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };

  sqlite3_stmt* prepared(Sql sql);
  std::int64_t changes() const;
  std::int64_t last_id() const;

  static void bind(sqlite3_stmt* statement, int index, std::int64_t value);
  static void bind(sqlite3_stmt* statement, int index, std::string_view value);
  static void bind(sqlite3_stmt* statement, int index, const Blob& value);
  static void bind(sqlite3_stmt* statement, int index, std::nullopt_t);
  static void bind(sqlite3_stmt* statement, int index, const char* value) {
    bind(statement, index, std::string_view{value});
  }
  static void bind(sqlite3_stmt* statement, int index, const std::string& value) {
    bind(statement, index, std::string_view{value});
  }
  template <std::integral Number>
  static void bind(sqlite3_stmt* statement, int index, Number value) {
    bind(statement, index, static_cast<std::int64_t>(value));
  }
  static void bind(sqlite3_stmt* statement, int index, WallTime value) {
    bind(statement, index, value.ms);
  }
  template <typename Tag>
  static void bind(sqlite3_stmt* statement, int index, Id<Tag> value) {
    bind(statement, index, value.value);
  }
  template <typename Value>
  static void bind(sqlite3_stmt* statement, int index, const std::optional<Value>& value) {
    if (value) {
      bind(statement, index, *value);
    } else {
      bind(statement, index, std::nullopt);
    }
  }

  std::string file_;
  std::unique_ptr<sqlite3, Close> handle_;
  // Keys are literals. Statements go before the handle does.
  std::unordered_map<std::string_view, std::unique_ptr<sqlite3_stmt, Finalize>> statements_;
};

// Rolled back unless committed.
class Transaction {
 public:
  enum class Kind { read, write };
  Transaction(Connection& connection, Kind kind);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  void commit();

 private:
  Connection& connection_;
};

}  // namespace testlooper::store

// One connection to a SQLite file, its prepared statements, and transactions on it. Statements are prepared once a
// connection and found again by their text. Not safe to share between threads: SqliteStore sees to that.
//
// Whatever the file system or another process does to it becomes StoreUnavailable; a statement that can't be right
// (a constraint broken, a parameter missing) is a Bug.
#pragma once

#include "core/collection.h"
#include "core/day.h"
#include "core/id.h"
#include "core/instant.h"
#include "core/money.h"
#include "core/must.h"
#include "store/store.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <vector>

struct sqlite3;
struct sqlite3_stmt;

namespace adfill {

// A value in the file is not what adfill writes there. Of one row only: the transaction may go on without it.
class UnreadableValue : public StoreUnavailable {
 public:
  using StoreUnavailable::StoreUnavailable;
};

// A statement in use. Reset and unbound at its end, so that it holds no snapshot and no text of the caller's.
class Statement {
 public:
  Statement(sqlite3& connection, sqlite3_stmt& statement) : connection_(&connection), statement_(&statement) {}
  ~Statement();
  Statement(Statement&& other) noexcept;
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  Statement& operator=(Statement&&) = delete;

  // --- binding, by name (":chunk") or by position (from 1). Texts are copied.
  template <class Value>
  void bind(const char* name, const Value& value) {
    bind(position(name), value);
  }
  template <class Value>
  void bind(int position, const Value& value);
  // Not copied: `text` outlives the statement's next step() or run().
  void bind_kept(int position, std::string_view text);
  [[nodiscard]] int parameters() const;

  // --- running. step(): true when there is a row. run(): to the end, then ready for other values.
  [[nodiscard]] bool step();
  void run();

  // --- the row's columns, from left to right, each once.
  template <class Value>
  [[nodiscard]] Value next();
  // Valid until the next step().
  [[nodiscard]] std::string_view next_text();
  [[nodiscard]] std::int64_t next_integer();
  [[nodiscard]] std::optional<std::int64_t> next_integer_or_null();

 private:
  [[nodiscard]] int position(const char* name) const;
  void bind_integer(int position, std::int64_t value);
  void bind_text(int position, std::string_view text);
  void bind_null(int position);
  [[nodiscard]] bool next_is_null() const;
  [[noreturn]] void not_readable(std::string_view text) const;

  sqlite3* connection_;
  sqlite3_stmt* statement_;
  int column_ = 0;
};

class SqliteConnection {
 public:
  // Opens the file, or makes it with mode 0600. `read_only`: refuses to write.
  SqliteConnection(const std::string& path, bool read_only);
  ~SqliteConnection();
  SqliteConnection(const SqliteConnection&) = delete;
  SqliteConnection& operator=(const SqliteConnection&) = delete;

  // Requires: `sql` lives as long as the program, and is not in use on this connection now.
  [[nodiscard]] Statement statement(std::string_view sql);
  // With all its parameters: query(sql::sqlite::read_job, ":job", id).
  template <class... Pairs>
  [[nodiscard]] Statement query(std::string_view sql, const Pairs&... pairs) {
    Statement found = statement(sql);
    must(static_cast<std::size_t>(found.parameters()) * 2 == sizeof...(Pairs), "a statement gets all its parameters");
    bind_pairs(found, pairs...);
    return found;
  }
  // Runs it and tells how many rows it changed.
  template <class... Pairs>
  int run(std::string_view sql, const Pairs&... pairs) {
    query(sql, pairs...).run();
    return changes();
  }
  // The first column of its first row; nullopt when there is no row.
  template <class Value, class... Pairs>
  [[nodiscard]] std::optional<Value> value(std::string_view sql, const Pairs&... pairs) {
    Statement found = query(sql, pairs...);
    return found.step() ? std::optional<Value>(found.next<Value>()) : std::nullopt;
  }
  // The first column of all its rows.
  template <class Value, class... Pairs>
  [[nodiscard]] std::vector<Value> values(std::string_view sql, const Pairs&... pairs) {
    Statement found = query(sql, pairs...);
    std::vector<Value> all;
    while (found.step()) all.push_back(found.next<Value>());
    return all;
  }
  // Several statements without parameters.
  void run_script(std::string_view script);

  // FULL: a commit is on the disk when it returns. Else it may be lost when the machine fails, never torn.
  // Requires: no transaction is open.
  void set_full_synchronous(bool full);
  [[nodiscard]] bool in_transaction() const;
  // Rows that the statement run last has changed.
  [[nodiscard]] int changes() const;
  [[nodiscard]] std::int64_t last_insert_id() const;

 private:
  struct Finalise {
    void operator()(sqlite3_stmt* statement) const;
  };
  struct Close {
    void operator()(sqlite3* connection) const;
  };

  static void bind_pairs(Statement& /*statement*/) {}
  template <class Value, class... Rest>
  static void bind_pairs(Statement& statement, const char* name, const Value& value, const Rest&... rest) {
    statement.bind(name, value);
    bind_pairs(statement, rest...);
  }

  std::unique_ptr<sqlite3, Close> connection_;
  std::unordered_map<const char*, std::unique_ptr<sqlite3_stmt, Finalise>> prepared_;
  std::optional<bool> full_synchronous_{};
};

// A time that nothing may happen before: rounded up, since the database keeps milliseconds.
[[nodiscard]] inline Instant not_before(Instant instant) {
  return std::chrono::ceil<std::chrono::milliseconds>(instant);
}

// ------------------------------------------------------------------------------------------------------------------

template <class Value>
struct IsOptional : std::false_type {};
template <class Value>
struct IsOptional<std::optional<Value>> : std::true_type {};

template <class Value>
void Statement::bind(int position, const Value& value) {
  if constexpr (IsOptional<Value>::value) {
    if (value) {
      bind(position, *value);
    } else {
      bind_null(position);
    }
  } else if constexpr (std::is_same_v<Value, std::nullopt_t>) {
    bind_null(position);
  } else if constexpr (std::is_integral_v<Value>) {
    bind_integer(position, static_cast<std::int64_t>(value));
  } else if constexpr (std::is_convertible_v<Value, std::string_view>) {
    bind_text(position, value);
  } else if constexpr (std::is_same_v<Value, Micros>) {
    bind_integer(position, value.value);
  } else if constexpr (std::is_same_v<Value, Asked>) {
    bind_integer(position, value.number);
  } else if constexpr (std::is_same_v<Value, Instant>) {
    bind_text(position, to_rfc3339(value));
  } else if constexpr (std::is_enum_v<Value>) {
    bind_text(position, to_string(value));
  } else {
    bind_text(position, value.to_string());
  }
}

template <class Value>
Value Statement::next() {
  if constexpr (IsOptional<Value>::value) {
    if (next_is_null()) {
      ++column_;
      return std::nullopt;
    }
    return next<typename Value::value_type>();
  } else if constexpr (std::is_integral_v<Value>) {
    return static_cast<Value>(next_integer());
  } else if constexpr (std::is_same_v<Value, std::string>) {
    return std::string(next_text());
  } else if constexpr (std::is_same_v<Value, Micros>) {
    return Micros{next_integer()};
  } else if constexpr (std::is_same_v<Value, Asked>) {
    return Asked{next_integer()};
  } else {
    const std::string_view text = next_text();
    const auto parsed = [&] {
      if constexpr (std::is_same_v<Value, Instant>) {
        return parse_rfc3339(text);
      } else if constexpr (std::is_enum_v<Value>) {
        return parse<Value>(text);
      } else {
        return Value::parse(text);
      }
    }();
    if (!parsed) not_readable(text);
    return *parsed;
  }
}

}  // namespace adfill

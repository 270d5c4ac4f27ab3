// One connection to PostgreSQL, its prepared statements, and their results. Statements are named texts of .sql files
// with parameters by name (":chunk"); they are prepared once a connection, under a name made from their text, so that a
// pooler that mixes sessions up can at worst refuse one, never run another. Not safe to share between threads:
// ConnectionPool lends a connection to one at a time.
//
// What is sent (send, ask, begin) goes to the server with whatever is waited for next (query, take, commit): one round
// trip for all of it. What went wrong is told by the call that waits; the statements behind it were skipped.
//
// What the server or the network does becomes StoreUnavailable; what is over when the transaction is begun anew becomes
// TryAgain; a statement that can't be right (a check broken, a parameter missing) is a Bug.
#pragma once

#include "core/must.h"
#include "store/postgres/pipeline.h"
#include "store/postgres/plan_age.h"
#include "store/postgres/postgres_values.h"
#include "store/store.h"

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace adfill::postgres {

// The connection is gone: nothing of its open transaction is there, unless it broke while committing.
class ConnectionLost : public StoreUnavailable {
 public:
  using StoreUnavailable::StoreUnavailable;
};

// It broke before the transaction had begun, as a connection does that was idle while the server went away.
class LostWhileIdle : public ConnectionLost {
 public:
  using ConnectionLost::ConnectionLost;
};

// A value in the database is not what adfill writes there. Of one row only: the transaction may go on without it.
class UnreadableValue : public StoreUnavailable {
 public:
  using StoreUnavailable::StoreUnavailable;
};

// A lock was not to be had within the transaction's limit.
class LockNotGot : public StoreUnavailable {
 public:
  using StoreUnavailable::StoreUnavailable;
};

// Nothing of the transaction is there, and begun anew it may go through: a deadlock, a row that somebody else inserted
// at the same moment, a pooler that has lost a prepared statement.
class TryAgain : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// What a statement answered. Starts before the first row.
class Rows {
 public:
  explicit Rows(Result result) : result_(std::move(result)) {}

  // True when there is a next row.
  [[nodiscard]] bool step();
  // How many rows the statement changed.
  [[nodiscard]] int changes() const;
  // How many columns each row has.
  [[nodiscard]] int columns() const;

  // --- the row's columns, from left to right, each once.
  template <class Value>
  [[nodiscard]] Value next();
  // Valid as long as this; empty for NULL.
  [[nodiscard]] std::string_view next_text();
  [[nodiscard]] std::int64_t next_integer();
  [[nodiscard]] std::optional<std::int64_t> next_integer_or_null();

 private:
  [[nodiscard]] bool next_is_null() const;
  [[noreturn]] void not_readable(std::string_view text) const;

  Result result_;
  int row_ = -1;
  int column_ = 0;
};

// What a statement that was sent will answer.
struct Answer {
  std::size_t number;
};

class Connection {
 public:
  // Connects. `prepare` false: statements go unnamed, as poolers without prepared statements need it; it is set to
  // false when the server turns out to be one. Throws StoreUnavailable.
  Connection(const std::string& url, std::atomic<bool>& prepare);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Sends it with all its parameters: send(sql::postgres::write_audit, ":now", now, ...). Requires: `sql` lives as long
  // as the program.
  template <class... Pairs>
  void send(std::string_view sql, const Pairs&... pairs) {
    send_text(sql, false, pairs...);
  }
  // Sends it; take() gives what it answers, once.
  template <class... Pairs>
  [[nodiscard]] Answer ask(std::string_view sql, const Pairs&... pairs) {
    return {send_text(sql, true, pairs...)};
  }
  [[nodiscard]] Rows take(Answer answer);
  // Runs it: query(sql::postgres::read_job, ":job", id).
  template <class... Pairs>
  [[nodiscard]] Rows query(std::string_view sql, const Pairs&... pairs) {
    return take(ask(sql, pairs...));
  }
  // Runs it and tells how many rows it changed.
  template <class... Pairs>
  int run(std::string_view sql, const Pairs&... pairs) {
    return query(sql, pairs...).changes();
  }
  // The first column of its first row; nullopt when there is no row.
  template <class Value, class... Pairs>
  [[nodiscard]] std::optional<Value> value(std::string_view sql, const Pairs&... pairs) {
    Rows found = query(sql, pairs...);
    return found.step() ? std::optional<Value>(found.next<Value>()) : std::nullopt;
  }
  // The first column of all its rows.
  template <class Value, class... Pairs>
  [[nodiscard]] std::vector<Value> values(std::string_view sql, const Pairs&... pairs) {
    Rows found = query(sql, pairs...);
    std::vector<Value> all;
    while (found.step()) all.push_back(found.next<Value>());
    return all;
  }
  // Several statements without parameters; the answer of the last one.
  Rows run_script(const std::string& script);

  // Where unqualified names are looked for, as SET search_path takes it: what the URL, the role and the database say,
  // without our own schema; nullopt where that is nowhere. Asked once, outside of a transaction; behind a
  // transaction-mode pooler it holds for all sessions.
  [[nodiscard]] const std::optional<std::string>& schemas();

  // COPY ... FROM STDIN, with rows in the format that the statement names.
  void copy(const std::string& statement, std::string_view rows);

  // Sends what begins a transaction. Whoever waits first hears LostWhileIdle when the connection was broken already.
  void begin(std::string_view sql);
  // COMMIT. When its answer is lost, nobody knows here whether it took effect: ConnectionLost says so.
  void commit();
  // COMMIT of a transaction that does not wait for the disk, and what goes behind it in the same round trip: `tell`, as
  // a transaction of its own, and whatever becomes of it; then `flush`, which waits for the disk for all of it.
  void commit_and_tell(std::string_view tell, std::string_view flush);
  // COMMIT of what was only read: nobody waits for its answer before the connection is used again.
  void end_reading();
  // Never throws: a connection that can't is not idle afterwards.
  void roll_back() noexcept;
  // Connected, and no transaction is open, or none will be once what was sent is answered.
  [[nodiscard]] bool is_idle() const;

 private:
  struct Close {
    void operator()(pg_conn* connection) const;
  };
  // A statement as libpq takes it: $1 instead of ":chunk".
  struct Text {
    std::string name;
    std::string sql;
    std::vector<std::string_view> parameters;  // their names, in the order of their numbers
    bool prepared = false;
  };
  // A parameter: kept by the caller, or a text made here; neither is NULL.
  struct Given {
    const Array* kept = nullptr;
    std::optional<std::string> made{};
    bool is_given = false;
  };

  [[nodiscard]] Text& find(std::string_view sql);
  [[nodiscard]] static Given& place(const Text& text, std::vector<Given>& given, std::string_view name);
  static void give(const Text& /*text*/, std::vector<Given>& /*given*/) {}
  template <class Value, class... Rest>
  static void give(const Text& text, std::vector<Given>& given, std::string_view name, const Value& value,
                   const Rest&... rest) {
    Given& parameter = place(text, given, name);
    parameter.is_given = true;
    if constexpr (std::is_same_v<Value, Array>) {
      parameter.kept = &value;
    } else {
      parameter.made = text_of(value);
    }
    give(text, given, rest...);
  }
  template <class... Pairs>
  std::size_t send_text(std::string_view sql, bool wanted, const Pairs&... pairs) {
    Text& text = find(sql);
    std::vector<Given> given(text.parameters.size());
    must(given.size() * 2 == sizeof...(Pairs), "a statement gets all its parameters");
    give(text, given, pairs...);
    return execute(text, given, wanted);
  }
  // The number under which the answer is kept, where it is wanted.
  std::size_t execute(Text& text, const std::vector<Given>& given, bool wanted);
  void send_unnamed(std::string_view sql);
  void send_commit();
  [[noreturn]] static void lost_while_committing(const ConnectionLost& lost);
  void notice_end();
  // Waits for the answers to all that was sent, and throws what the first failure means.
  void wait();
  // Throws what a failed result means; else hands it on.
  [[nodiscard]] Rows checked(Result result);
  [[noreturn]] void fail(const Result& result);
  [[nodiscard]] std::string described() const;

  // A statement whose answer has not come.
  struct Sent {
    std::size_t number = 0;
    bool wanted = false;
    bool begins = false;       // a transaction
    bool may_fail = false;     // who sent it sees to that
    Text* prepares = nullptr;  // it is the preparation of this one
  };

  std::unique_ptr<pg_conn, Close> connection_;
  std::optional<Pipeline> pipeline_{};
  std::vector<Sent> sent_{};
  std::size_t last_number_ = 0;
  std::unordered_map<std::size_t, Rows> answers_{};  // that nobody has taken yet
  std::atomic<bool>& prepare_;
  PlanAge plans_{};
  bool lost_ = false;
  std::optional<std::string> schemas_{};
  bool asked_schemas_ = false;
  std::unordered_map<const char*, Text> texts_;
};

// ------------------------------------------------------------------------------------------------------------------

template <class Value>
Value Rows::next() {
  if constexpr (IsOptional<Value>::value) {
    if (next_is_null()) {
      ++column_;
      return std::nullopt;
    }
    return next<typename Value::value_type>();
  } else if constexpr (std::is_same_v<Value, bool>) {
    return next_text() == "t";
  } else if constexpr (std::is_integral_v<Value>) {
    return static_cast<Value>(next_integer());
  } else if constexpr (std::is_same_v<Value, std::string>) {
    return std::string(next_text());
  } else if constexpr (std::is_same_v<Value, Asked>) {
    return Asked{next_integer()};
  } else if constexpr (std::is_same_v<Value, Micros>) {
    const std::string_view text = next_text();
    const auto parsed = parse_micros(text);
    if (!parsed) not_readable(text);
    return *parsed;
  } else {
    const std::string_view text = next_text();
    const auto parsed = [&] {
      if constexpr (std::is_same_v<Value, Instant>) {
        return parse_timestamp(text);
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

}  // namespace adfill::postgres

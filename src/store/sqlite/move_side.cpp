#include "store/sqlite/move_side.h"

#include "sql/sqlite.h"
#include "store/sqlite/sqlite_connection.h"

#include <algorithm>
#include <chrono>
#include <deque>

namespace adfill {

namespace sqlite = sql::sqlite;

namespace {

// Names of columns have no characters that JSON would escape.
std::string json_names(const std::vector<MoveColumn>& columns) {
  std::string json = "[";
  for (const MoveColumn& column : columns) json += (json.size() > 1 ? ",\"" : "\"") + column.name + "\"";
  return json + "]";
}

class Side final : public SqliteMoveSide {
 public:
  explicit Side(const std::string& path) : db_(path, false) {}
  ~Side() override {
    if (db_.in_transaction()) db_.run_script(sqlite::roll_back);
  }
  Side(const Side&) = delete;
  Side& operator=(const Side&) = delete;

  std::vector<std::string> tables() override { return db_.values<std::string>(sqlite::list_tables); }
  std::vector<std::string> columns(const std::string& table) override {
    return db_.values<std::string>(sqlite::move_columns, ":table", table);
  }
  void prepare(const std::vector<MoveTable>& tables) override;

  void begin_reading() override { db_.run_script(sqlite::begin_reading); }
  std::string fingerprint() override { return db_.value<std::string>(sqlite::move_fingerprint).value_or(""); }
  std::int64_t live_workers() override {
    return db_.value<std::int64_t>(sqlite::count_live_workers, ":now", now()).value_or(0);
  }
  std::int64_t last_asked() override { return db_.value<std::int64_t>(sqlite::move_last_asked).value_or(0); }
  std::vector<MoveRow> read(std::size_t table, const std::optional<std::string>& after, int limit) override;
  std::vector<std::string> sums(std::size_t table) override;

  void begin_writing() override {
    db_.set_full_synchronous(true);
    db_.run_script(sqlite::begin_writing);
  }
  void commit() override { db_.run_script(sqlite::commit); }
  std::optional<MoveMark> mark() override;
  void begin_move(const std::string& source, const std::string& fingerprint) override {
    db_.run(sqlite::begin_move, ":source", source, ":fingerprint", fingerprint, ":now", now());
  }
  void reached(const std::string& table, const std::string& position) override {
    db_.run(sqlite::move_reached, ":table", table, ":position", position);
  }
  void empty(std::size_t table) override { db_.run(statements_.at(table).empty); }
  void write(std::size_t table, std::span<const MoveRow> rows) override;
  void finish(std::int64_t last_asked) override {
    db_.run(sqlite::move_asked, ":last", last_asked);
    db_.run(sqlite::move_hands_back);
    db_.run(sqlite::finish_move, ":now", now());
  }

 private:
  struct Statements {
    std::string write;
    std::string read_first;
    std::string read_next;
    std::string sums;
    std::string empty;
    std::vector<bool> own;  // the columns that this home has
    std::size_t summed = 0;
  };

  static Instant now() { return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now()); }

  std::deque<Statements> statements_;  // stays where it is: the connection finds prepared statements by their address
  SqliteConnection db_;
};

void Side::prepare(const std::vector<MoveTable>& tables) {
  for (const MoveTable& table : tables) {
    Statements& made = statements_.emplace_back();
    const auto there = columns(table.name);
    for (const MoveColumn& column : table.columns) {
      made.own.push_back(std::ranges::find(there, column.name) != there.end());
    }
    auto row = db_.query(sqlite::move_statements, ":table", table.name, ":columns", json_names(table.columns));
    must(row.step(), "every table has its statements");
    for (std::string* text : {&made.write, &made.read_first, &made.read_next, &made.sums, &made.empty}) {
      *text = row.next<std::string>();
    }
    for (std::size_t at = made.sums.find(", coalesce("); at != std::string::npos;
         at = made.sums.find(", coalesce(", at + 1)) {
      ++made.summed;
    }
  }
}

std::vector<MoveRow> Side::read(std::size_t table, const std::optional<std::string>& after, int limit) {
  const Statements& made = statements_.at(table);
  auto found = after ? db_.query(made.read_next, ":after", *after, ":limit", limit)
                     : db_.query(made.read_first, ":limit", limit);
  std::vector<MoveRow> rows;
  while (found.step()) {
    MoveRow& row = rows.emplace_back();
    row.position = found.next<std::string>();
    row.values.reserve(made.own.size());
    for (std::size_t column = 0; column < made.own.size(); ++column) {
      row.values.push_back(found.next<std::optional<std::string>>());
    }
  }
  return rows;
}

std::vector<std::string> Side::sums(std::size_t table) {
  const Statements& made = statements_.at(table);
  auto found = db_.query(made.sums);
  must(found.step(), "counting gives a row");
  std::vector<std::string> sums;
  sums.reserve(made.summed + 1);
  for (std::size_t column = 0; column <= made.summed; ++column) sums.push_back(found.next<std::string>());
  return sums;
}

std::optional<MoveMark> Side::mark() {
  auto row = db_.query(sqlite::read_move);
  if (!row.step()) return std::nullopt;
  MoveMark mark;
  mark.source = row.next<std::string>();
  mark.fingerprint = row.next<std::string>();
  mark.started_at = row.next<Instant>();
  mark.finished_at = row.next<std::optional<Instant>>();
  mark.table = row.next<std::optional<std::string>>();
  mark.position = row.next<std::optional<std::string>>();
  return mark;
}

void Side::write(std::size_t table, std::span<const MoveRow> rows) {
  const Statements& made = statements_.at(table);
  auto insert = db_.statement(made.write);
  for (const MoveRow& row : rows) {
    for (std::size_t column = 0; column < made.own.size(); ++column) {
      if (made.own[column]) insert.bind(static_cast<int>(column) + 1, row.values[column]);
    }
    insert.run();
  }
}

}  // namespace

std::unique_ptr<SqliteMoveSide> open_sqlite_move_side(const std::string& path) {
  return std::make_unique<Side>(path);
}

}  // namespace adfill

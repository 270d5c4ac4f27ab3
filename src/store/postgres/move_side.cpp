#include "store/postgres/move_side.h"

#include "core/money.h"
#include "sql/postgres.h"
#include "store/postgres/postgres_url.h"
#include "store/postgres/transaction.h"

#include <algorithm>
#include <charconv>
#include <deque>

namespace adfill::postgres {

namespace statement = sql::postgres;

namespace {

// A value as the SQLite home writes it, as PostgreSQL reads a value of that type.
std::string text_for(const std::string& type, const std::string& value) {
  if (type == "numeric") {
    std::int64_t micros = 0;
    const auto* end = value.data() + value.size();
    const auto read = std::from_chars(value.data(), end, micros);
    if (read.ec == std::errc() && read.ptr == end) return to_decimal(Micros{micros});
    throw UnreadableValue("the source holds '" + value + "' where an amount should be: correct it, then run it again");
  }
  std::string text = without_nul(value);
  if (type == "_uuid" && text.starts_with('[') && text.ends_with(']')) {
    text.front() = '{';
    text.back() = '}';
  }
  return text;
}

// The text format of COPY.
void add_value(std::string& lines, std::string_view text) {
  for (const char c : text) {
    switch (c) {
      case '\\':
        lines += "\\\\";
        break;
      case '\n':
        lines += "\\n";
        break;
      case '\r':
        lines += "\\r";
        break;
      case '\t':
        lines += "\\t";
        break;
      default:
        lines += c;
    }
  }
}

class Side final : public PostgresMoveSide {
  void begin(Transaction::Kind kind) {
    transaction_.reset();
    transaction_.emplace(db_, kind, rules_);
  }
  // Inside the transaction that is open, or one of its own.
  template <class Work>
  auto in_transaction(const Work& work) {
    if (transaction_) return work();
    begin(Transaction::Kind::reading);
    auto result = work();
    transaction_.reset();
    return result;
  }

 public:
  explicit Side(const std::string& url) : db_(url, prepare_) {}

  std::vector<Candidate> candidates() override;
  void prepare(const std::vector<MoveTable>& tables) override;

  void begin_reading() override { begin(Transaction::Kind::reading); }
  std::string fingerprint() override { return db_.value<std::string>(statement::move_fingerprint).value_or(""); }
  std::int64_t live_workers() override {
    return in_transaction([&] {
      return db_.value<std::int64_t>(statement::count_live_workers, ":now", transaction_->now()).value_or(0);
    });
  }
  std::int64_t last_asked() override { return db_.value<std::int64_t>(statement::move_last_asked).value_or(0); }
  std::vector<MoveRow> read(std::size_t table, const std::optional<std::string>& after, int limit) override;
  std::vector<std::string> sums(std::size_t table) override;

  void begin_writing() override { begin(Transaction::Kind::writing); }
  void commit() override {
    transaction_->commit();
    transaction_.reset();
  }
  std::optional<MoveMark> mark() override;
  void begin_move(const std::string& source, const std::string& fingerprint) override {
    db_.send(statement::begin_move, ":source", source, ":fingerprint", fingerprint, ":now", transaction_->now());
  }
  void reached(const std::string& table, const std::string& position) override {
    db_.send(statement::move_reached, ":table", table, ":position", position);
  }
  void empty(std::size_t table) override { db_.run(prepared_.at(table).empty); }
  void write(std::size_t table, std::span<const MoveRow> rows) override;
  void finish(std::int64_t last_asked) override;

 private:
  struct Statements {
    std::string write;
    std::string read_first;
    std::string read_next;
    std::string sums;
    std::string empty;
    std::vector<MoveColumn> columns;
  };

  std::atomic<bool> prepare_ = false;  // most statements are run once, and a pooler may stand between
  Transaction::Rules rules_{{}, [] { return Uuid{}; }, 1};
  std::deque<Statements> prepared_;  // stays where it is: the connection finds statements by their address
  Connection db_;
  std::optional<Transaction> transaction_;
};

std::vector<PostgresMoveSide::Candidate> Side::candidates() {
  return in_transaction([&] {
    std::vector<Candidate> all;
    Rows found = db_.query(statement::move_tables);
    while (found.step()) {
      Candidate& candidate = all.emplace_back();
      candidate.table.postgres = found.next<std::string>();
      for (int name = 0; name < 2; ++name) candidate.names.push_back(found.next<std::string>());
      candidate.table.alone = found.next<bool>();
      Rows columns = db_.query(statement::move_columns, ":table", candidate.table.postgres);
      while (columns.step()) {
        MoveColumn& column = candidate.table.columns.emplace_back();
        column.name = columns.next<std::string>();
        column.type = columns.next<std::string>();
      }
    }
    return all;
  });
}

void Side::prepare(const std::vector<MoveTable>& tables) {
  (void)in_transaction([&] {
    for (const MoveTable& table : tables) {
      Statements& made = prepared_.emplace_back();
      made.columns = table.columns;
      Array names;
      for (const MoveColumn& column : table.columns) names.add(column.name);
      Rows row = db_.query(statement::move_statements, ":table", table.postgres, ":columns", names);
      must(row.step(), "every table has its statements");
      for (std::string* text : {&made.write, &made.read_first, &made.read_next, &made.sums, &made.empty}) {
        *text = row.next<std::string>();
      }
    }
    return true;
  });
}

std::vector<MoveRow> Side::read(std::size_t table, const std::optional<std::string>& after, int limit) {
  const Statements& made = prepared_.at(table);
  Rows found = after ? db_.query(made.read_next, ":after", *after, ":limit", limit)
                     : db_.query(made.read_first, ":limit", limit);
  std::vector<MoveRow> rows;
  while (found.step()) {
    MoveRow& row = rows.emplace_back();
    row.position = found.next<std::string>();
    row.values.reserve(made.columns.size());
    for (std::size_t column = 0; column < made.columns.size(); ++column) {
      row.values.push_back(found.next<std::optional<std::string>>());
    }
  }
  return rows;
}

std::vector<std::string> Side::sums(std::size_t table) {
  Rows found = db_.query(prepared_.at(table).sums);
  must(found.step(), "counting gives a row");
  std::vector<std::string> sums;
  sums.reserve(static_cast<std::size_t>(found.columns()));
  for (int column = 0; column < found.columns(); ++column) sums.push_back(found.next<std::string>());
  return sums;
}

std::optional<MoveMark> Side::mark() {
  Rows row = db_.query(statement::read_move);
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
  const Statements& made = prepared_.at(table);
  std::string lines;
  for (const MoveRow& row : rows) {
    for (std::size_t column = 0; column < made.columns.size(); ++column) {
      if (column > 0) lines += '\t';
      const auto& value = row.values[column];
      if (value) {
        add_value(lines, text_for(made.columns[column].type, *value));
      } else {
        lines += "\\N";
      }
    }
    lines += '\n';
  }
  db_.copy(made.write, lines);
}

void Side::finish(std::int64_t last_asked) {
  db_.send(statement::move_asked, ":last", last_asked);
  db_.send(statement::move_turns);
  for (const std::string& sequence : db_.values<std::string>(statement::move_sequences)) (void)db_.run_script(sequence);
  db_.send(statement::move_hands_back);
  db_.send(statement::finish_move, ":now", transaction_->now());
}

}  // namespace

std::unique_ptr<PostgresMoveSide> open_postgres_move_side(const std::string& url) {
  std::string plain = url;
  (void)take_prepared_statements(plain);
  return std::make_unique<Side>(plain);
}

}  // namespace adfill::postgres

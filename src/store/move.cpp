#include "store/move.h"

#include "core/must.h"
#include "store/move_side.h"
#include "store/postgres/move_side.h"
#include "store/sqlite/move_side.h"

#include <algorithm>
#include <array>
#include <memory>
#include <set>
#include <utility>

namespace adfill {

namespace {

constexpr int rows_a_step = 5'000;

// Tables of SQLite that are not carried: what belongs to a running database, and the sequence, whose number is.
constexpr std::array<std::string_view, 8> left_behind{"schema_migrations", "moves",          "released_chunks",
                                                      "workers",           "keyed_requests", "scope_outlooks",
                                                      "api_sessions",      "asked_sequence"};
// It may hold what migrations put in, so rows in it are no sign of somebody else's data.
constexpr std::string_view seeded = "platform_configs";

struct Sides {
  std::unique_ptr<MoveSide> from;
  std::unique_ptr<MoveSide> to;
  std::vector<MoveTable> tables;
};

// What PostgreSQL's catalogue lists and SQLite has, with the columns that both have. A table of details in SQLite has
// no advertiser: its side looks it up.
std::vector<MoveTable> plan(postgres::PostgresMoveSide& postgres, SqliteMoveSide& sqlite) {
  const auto listed = sqlite.tables();
  std::set<std::string, std::less<>> missing(listed.begin(), listed.end());
  for (const auto name : left_behind) missing.erase(std::string(name));
  std::vector<MoveTable> tables;
  for (auto& candidate : postgres.candidates()) {
    const auto name = std::ranges::find_if(candidate.names, [&](const auto& one) { return missing.contains(one); });
    if (name == candidate.names.end()) continue;
    missing.erase(*name);
    MoveTable& table = tables.emplace_back(std::move(candidate.table));
    table.name = *name;
    const auto columns = sqlite.columns(table.name);
    const bool details = table.name.ends_with("_details");
    std::erase_if(table.columns, [&](const MoveColumn& column) {
      return std::ranges::find(columns, column.name) == columns.end() && !(details && column.name == "advertiser_id");
    });
    must(table.columns.size() == columns.size() + (details ? 1 : 0), "both homes have the same columns");
  }
  must(missing.empty(), "both homes have the same tables");
  return tables;
}

Sides open(const MoveEnd& from, const MoveEnd& to) {
  if (from.postgres_url.empty() == to.postgres_url.empty()) {
    throw MoveRefused(
        "A move goes from SQLite to PostgreSQL or back. For a copy of a SQLite file there is adfill backup, for one of "
        "a PostgreSQL database pg_dump.");
  }
  const bool from_sqlite = from.postgres_url.empty();
  auto sqlite = open_sqlite_move_side(from_sqlite ? from.sqlite_path : to.sqlite_path);
  auto postgres = postgres::open_postgres_move_side(from_sqlite ? to.postgres_url : from.postgres_url);
  Sides sides;
  sides.tables = plan(*postgres, *sqlite);
  sqlite->prepare(sides.tables);
  postgres->prepare(sides.tables);
  sides.from = std::move(sqlite);
  sides.to = std::move(postgres);
  if (!from_sqlite) std::swap(sides.from, sides.to);
  return sides;
}

class Move {
 public:
  Move(Sides sides, const MoveEnd& from, const MoveEnd& to, const MoveRules& rules)
      : sides_(std::move(sides)), from_name_(from.name), to_name_(to.name), rules_(rules) {}

  MoveReport run() {
    sides_.from->begin_reading();
    if (sides_.from->live_workers() > 0) {
      throw MoveRefused("A worker is at work on " + from_name_ + ". Stop adfill there, then run it again.");
    }
    if (sides_.to->live_workers() > 0) {
      throw MoveRefused("A worker is at work on " + to_name_ + ". Stop it until the move is done, then run it again.");
    }
    const auto fingerprint = sides_.from->fingerprint();
    for (std::size_t table = 0; table < sides_.tables.size(); ++table) expected_.push_back(sides_.from->sums(table));
    const auto mark = begin(fingerprint);
    if (!report_.repeated) {
      carry_steps(mark);
      carry_rest();
    }
    return std::move(report_);
  }

 private:
  // Where the last run stopped; nullopt: at the beginning.
  std::optional<MoveMark> begin(const std::string& fingerprint);
  void refuse_foreign_data();
  void carry_steps(const std::optional<MoveMark>& mark);
  void carry_rest();
  void write(std::size_t table, std::vector<MoveRow>& rows);
  void tell(std::size_t table, std::int64_t rows);
  // Both sides of every table; the names of those that differ.
  std::string compare();

  Sides sides_;
  const std::string& from_name_;
  const std::string& to_name_;
  const MoveRules& rules_;
  std::vector<std::vector<std::string>> expected_;
  MoveReport report_;
};

std::optional<MoveMark> Move::begin(const std::string& fingerprint) {
  sides_.to->begin_writing();
  auto mark = sides_.to->mark();
  if (mark && mark->source != from_name_) {
    throw MoveRefused(to_name_ + " holds a move from " + mark->source +
                      (mark->finished_at ? "." : " that is not finished.") + " Give an empty database.");
  }
  if (mark && mark->finished_at) {
    report_.repeated = true;
    if (const auto differs = compare(); mark->fingerprint != fingerprint || !differs.empty()) {
      throw MoveRefused(from_name_ + " was moved to " + to_name_ + " at " + to_rfc3339(*mark->finished_at) +
                        ", and one of them has gone on since. Give an empty database to move it once more.");
    }
    return mark;
  }
  report_.resumed = mark.has_value();
  if (mark && mark->fingerprint == fingerprint) {
    sides_.to->commit();
    return mark;
  }
  if (!mark) refuse_foreign_data();
  // Backwards, so that nothing goes before what refers to it.
  for (std::size_t table = sides_.tables.size(); table-- > 0;) sides_.to->empty(table);
  sides_.to->begin_move(from_name_, fingerprint);
  sides_.to->commit();
  return std::nullopt;
}

void Move::refuse_foreign_data() {
  for (std::size_t table = 0; table < sides_.tables.size(); ++table) {
    const auto& name = sides_.tables[table].name;
    if (name == seeded || sides_.to->sums(table).front() == "0") continue;
    throw MoveRefused(to_name_ + " holds data already (" + name +
                      "). Give an empty database, or empty this one with: " + "adfill migrate down --to 0.");
  }
}

void Move::carry_steps(const std::optional<MoveMark>& mark) {
  std::size_t table = 0;
  std::optional<std::string> position;
  if (mark && mark->table) {
    while (table < sides_.tables.size() && sides_.tables[table].name != *mark->table) ++table;
    position = mark->position;
  }
  for (; table < sides_.tables.size() && sides_.tables[table].alone; ++table, position.reset()) {
    std::int64_t carried = position ? std::stoll(sides_.to->sums(table).front()) : 0;
    for (;;) {
      auto rows = sides_.from->read(table, position, rows_a_step);
      if (rows.empty()) break;
      position = rows.back().position;
      carried += static_cast<std::int64_t>(rows.size());
      sides_.to->begin_writing();
      write(table, rows);
      sides_.to->reached(sides_.tables[table].name, *position);
      sides_.to->commit();
      tell(table, carried);
    }
  }
}

void Move::carry_rest() {
  sides_.to->begin_writing();
  for (std::size_t table = 0; table < sides_.tables.size(); ++table) {
    if (sides_.tables[table].alone) continue;
    std::int64_t carried = 0;
    std::optional<std::string> position;
    for (;;) {
      auto rows = sides_.from->read(table, position, rows_a_step);
      if (rows.empty()) break;
      position = rows.back().position;
      carried += static_cast<std::int64_t>(rows.size());
      write(table, rows);
      tell(table, carried);
    }
  }
  sides_.to->finish(sides_.from->last_asked());
  if (const auto differs = compare(); !differs.empty()) {
    throw MoveRefused("What arrived in " + to_name_ + " is not what left " + from_name_ + " (" + differs +
                      "): the move was not finished. Empty the target with adfill migrate down --to 0, then run it "
                      "again.");
  }
  sides_.to->commit();
}

void Move::write(std::size_t table, std::vector<MoveRow>& rows) {
  const auto& columns = sides_.tables[table].columns;
  const auto at = [&](std::string_view name) {
    return static_cast<std::size_t>(
        std::ranges::find(columns, name, [](const MoveColumn& column) { return column.name; }) - columns.begin());
  };
  const auto sealed = at("sealed");
  const auto integration = at("integration_id");
  if (sealed < columns.size() && integration < columns.size()) {
    for (MoveRow& row : rows) row.values[sealed] = rules_.reseal(*row.values[integration], *row.values[sealed]);
  }
  sides_.to->write(table, rows);
}

void Move::tell(std::size_t table, std::int64_t rows) {
  rules_.progress({sides_.tables[table].name, rows, std::stoll(expected_[table].front())});
}

std::string Move::compare() {
  constexpr std::array<std::string_view, 6> summed{"impressions", "clicks",           "cost",
                                                   "conversions", "conversion_value", "rows"};
  std::string differs;
  report_.tables.clear();
  for (std::size_t table = 0; table < sides_.tables.size(); ++table) {
    ComparedTable compared{sides_.tables[table].name, {"count"}, expected_[table], sides_.to->sums(table)};
    for (const MoveColumn& column : sides_.tables[table].columns) {
      if (std::ranges::find(summed, column.name) != summed.end()) compared.sums.push_back(column.name);
    }
    if (compared.from != compared.to) differs += (differs.empty() ? "" : ", ") + compared.name;
    report_.tables.push_back(std::move(compared));
  }
  return differs;
}

}  // namespace

MoveReport move_database(const MoveEnd& from, const MoveEnd& to, const MoveRules& rules) {
  return Move(open(from, to), from, to, rules).run();
}

}  // namespace adfill

// One end of a move: a database that rows are read from or written to. Each home has its own; values travel as the
// SQLite home writes them.
#pragma once

#include "core/instant.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace adfill {

struct MoveColumn {
  std::string name;
  std::string type;  // PostgreSQL's name of it
};

struct MoveTable {
  std::string name;      // as SQLite has it
  std::string postgres;  // as PostgreSQL has it, quoted and with its schema
  bool alone = false;    // refers to no table, and none refers to it
  std::vector<MoveColumn> columns{};
};

// A row, and its place in the order of the table's key.
struct MoveRow {
  std::string position;
  std::vector<std::optional<std::string>> values;
};

// What a move into this database has reached.
struct MoveMark {
  std::string source;
  std::string fingerprint;
  Instant started_at{};
  std::optional<Instant> finished_at{};
  std::optional<std::string> table{};
  std::optional<std::string> position{};
};

class MoveSide {
 public:
  virtual ~MoveSide() = default;

  // Makes the statements for these tables. First of all calls.
  virtual void prepare(const std::vector<MoveTable>& tables) = 0;

  // --- from: all that is read comes from one snapshot.
  virtual void begin_reading() = 0;
  [[nodiscard]] virtual std::string fingerprint() = 0;
  [[nodiscard]] virtual std::int64_t live_workers() = 0;
  [[nodiscard]] virtual std::int64_t last_asked() = 0;
  // The next rows in the order of the key; nullopt: from the first.
  [[nodiscard]] virtual std::vector<MoveRow> read(std::size_t table, const std::optional<std::string>& after,
                                                  int limit) = 0;

  // --- both: how many rows, then the sums of its figures.
  [[nodiscard]] virtual std::vector<std::string> sums(std::size_t table) = 0;

  // --- to: what stands between begin_writing() and commit() takes effect at once or, without commit(), not at all.
  virtual void begin_writing() = 0;
  virtual void commit() = 0;
  [[nodiscard]] virtual std::optional<MoveMark> mark() = 0;
  virtual void begin_move(const std::string& source, const std::string& fingerprint) = 0;
  virtual void reached(const std::string& table, const std::string& position) = 0;
  virtual void empty(std::size_t table) = 0;
  virtual void write(std::size_t table, std::span<const MoveRow> rows) = 0;
  // After all rows: numbers go on above the source's, chunks that were being worked on are pending, the mark is set.
  virtual void finish(std::int64_t last_asked) = 0;
};

}  // namespace adfill

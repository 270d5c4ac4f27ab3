// The PostgreSQL end of a move. Its catalogue says which tables are carried, and in which order.
#pragma once

#include "store/move_side.h"

#include <memory>
#include <string>
#include <vector>

namespace adfill::postgres {

class PostgresMoveSide : public MoveSide {
 public:
  struct Candidate {
    std::vector<std::string> names;  // one of them is SQLite's
    MoveTable table;
  };
  // In the order of their references, those that stand alone first.
  [[nodiscard]] virtual std::vector<Candidate> candidates() = 0;
};

[[nodiscard]] std::unique_ptr<PostgresMoveSide> open_postgres_move_side(const std::string& url);

}  // namespace adfill::postgres

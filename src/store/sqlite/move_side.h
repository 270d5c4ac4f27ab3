// The SQLite end of a move.
#pragma once

#include "store/move_side.h"

#include <memory>
#include <string>
#include <vector>

namespace adfill {

class SqliteMoveSide : public MoveSide {
 public:
  // All its tables, carried or not.
  [[nodiscard]] virtual std::vector<std::string> tables() = 0;
  [[nodiscard]] virtual std::vector<std::string> columns(const std::string& table) = 0;
};

[[nodiscard]] std::unique_ptr<SqliteMoveSide> open_sqlite_move_side(const std::string& path);

}  // namespace adfill

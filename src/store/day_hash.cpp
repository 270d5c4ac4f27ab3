#include "store/day_hash.h"

namespace adfill {

DayHash hash_of_rows(const DaySnapshot& snapshot, std::string_view currency) {
  DayHash hash;
  std::visit(
      [&](const auto& rows) {
        for (const auto& row : rows) hash.add(row_hash(row, currency, hash_of(row.details), false));
      },
      snapshot.rows);
  return hash;
}

}  // namespace adfill

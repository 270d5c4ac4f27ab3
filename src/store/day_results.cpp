#include "store/day_results.h"

namespace adfill {

namespace {

void add(std::optional<Micros>& sum, Micros value) {
  if (sum) sum = checked_add(*sum, value);
}

}  // namespace

DayResults results_of(const DaySnapshot& snapshot) {
  DayResults results{Micros{}, Micros{}};
  std::visit(
      [&](const auto& rows) {
        for (const auto& row : rows) {
          add(results.conversions, row.metrics.conversions);
          add(results.conversion_value, row.metrics.conversion_value);
        }
      },
      snapshot.rows);
  return results;
}

}  // namespace adfill

// What a day's rows came to beside its totals: kept with the receipt, so that a look over all accounts reads no rows.
#pragma once

#include "store/commit.h"

#include <optional>

namespace adfill {

// Unset where a sum does not fit.
struct DayResults {
  std::optional<Micros> conversions{};
  std::optional<Micros> conversion_value{};
};

[[nodiscard]] DayResults results_of(const DaySnapshot& snapshot);

}  // namespace adfill

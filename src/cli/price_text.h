// What a backfill will take, for people.
#pragma once

#include "collect/estimate.h"

#include <string>

namespace adfill {

// A line for all of it, and a table with a row a type.
[[nodiscard]] std::string price_text(const Estimate& estimate);
// With what is there, or under way, already.
[[nodiscard]] std::string price_text(const CollectionEstimate& estimate);

}  // namespace adfill

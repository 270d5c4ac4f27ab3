// The hash that a day's receipt gets: of the rows that its snapshot brings, before those that it lacks are dealt with.
#pragma once

#include "core/row_hash.h"
#include "store/commit.h"

#include <string_view>

namespace adfill {

[[nodiscard]] DayHash hash_of_rows(const DaySnapshot& snapshot, std::string_view currency);

}  // namespace adfill

// Rows that a platform gave twice: a page that begins with the last row of the one before it has read that row once.
#pragma once

#include "core/rows.h"
#include "store/commit.h"

#include <vector>

namespace adfill {

// Takes all but the first of rows that are equal in everything out of `rows`, and out of what `snapshot` says was read.
// Two rows of one ad that differ are left to the store, which refuses the day.
void drop_repeats(std::vector<AdRow>& rows, DaySnapshot& snapshot);
void drop_repeats(std::vector<DemographicRow>& rows, DaySnapshot& snapshot);

}  // namespace adfill

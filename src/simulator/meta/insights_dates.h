// Which days an insights call asks for, and how they are sliced into rows: time_range, time_ranges, date_preset and
// time_increment.
#pragma once

#include "core/day.h"
#include "simulator/meta/graph_error.h"
#include "simulator/meta/graph_request.h"

#include <expected>
#include <vector>

namespace adfill::meta {

struct AskedDays {
  DayRange whole;                // from the first to the last day asked for
  std::vector<DayRange> slices;  // a row each per object; none begins after today
};

// Meta keeps 37 months, counted by the calendar in the account's time zone.
[[nodiscard]] Day earliest_day(Day today);

// `today` in the account's time zone. Errors: 3018 beyond 37 months; 100 for what can't be read, or since after until.
[[nodiscard]] std::expected<AskedDays, GraphError> read_days(const GraphRequest& request, Day today);

}  // namespace adfill::meta

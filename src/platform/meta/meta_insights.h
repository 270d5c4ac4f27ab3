// What adfill asks of Meta's insights, as parameters. (documentation/ads-commerce/marketing-api/insights and
// …/reference/ad-campaign/insights)
#pragma once

#include "core/collection.h"
#include "core/day.h"
#include "net/http_message.h"

namespace adfill {

// The report of a slice: a row an ad and day, or a row a gender, age and day of the whole account. `today` is the
// account's. Requires: type is ads or demographics.
[[nodiscard]] Query report_parameters(CollectionType type, DayRange range, Day today);

// The account's own totals, a row a day.
[[nodiscard]] Query totals_parameters(DayRange range);

// The first day that Meta surely still has: 37 months back by the calendar and a day more, for it is not documented in
// which zone Meta counts them (estuary/connectors PR 3034 and airbytehq/airbyte PR 27483 both had to add that day).
[[nodiscard]] Day first_day_of_meta(Day today);

}  // namespace adfill

// Which days an app's calls are told for, for both homes.
#pragma once

#include "core/time_zone.h"
#include "store/records.h"

namespace adfill {

// The day that calls made now are counted on.
[[nodiscard]] inline Day day_of_calls(Instant now) {
  return day_in_zone(now, "UTC");
}

[[nodiscard]] inline Day first_recent_day(Instant now) {
  return day_of_calls(now).plus(1 - QueueRecord::recent_days);
}

}  // namespace adfill

// What day it is in an account's time zone. Reads the system's tzdata.
#pragma once

#include "core/day.h"
#include "core/instant.h"

#include <string_view>

namespace adfill {

// True for names of the IANA database ("Asia/Seoul").
[[nodiscard]] bool is_time_zone(std::string_view name);

// The calendar day at `instant` in that zone. Requires: is_time_zone(zone).
[[nodiscard]] Day day_in_zone(Instant instant, std::string_view zone);

// The last moment of the day in that zone. Requires: is_time_zone(zone).
[[nodiscard]] Instant end_of_day(Day day, std::string_view zone);

}  // namespace adfill

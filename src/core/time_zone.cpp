#include "core/time_zone.h"

#include <date/tz.h>

#include <stdexcept>

namespace adfill {

bool is_time_zone(std::string_view name) {
  // Loaded outside the try: a machine without tzdata is not the name's fault.
  date::get_tzdb();
  try {
    return date::locate_zone(name) != nullptr;
  } catch (const std::runtime_error&) {
    return false;
  }
}

Day day_in_zone(Instant instant, std::string_view zone) {
  const auto local = date::locate_zone(zone)->to_local(instant);
  return Day(static_cast<std::int32_t>(std::chrono::floor<std::chrono::days>(local).time_since_epoch().count()));
}

Instant end_of_day(Day day, std::string_view zone) {
  const date::local_days next{date::days(day.plus(1).number())};
  // Where clocks are put forward at midnight the next day begins after it; where they are put back, it begins once.
  const auto begin = date::locate_zone(zone)->to_sys(next, date::choose::latest);
  return std::chrono::time_point_cast<Duration>(begin) - Duration(1);
}

}  // namespace adfill

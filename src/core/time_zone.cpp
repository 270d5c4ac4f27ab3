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

}  // namespace adfill

#include "store/schedules.h"

#include <charconv>
#include <chrono>
#include <cstdint>
#include <system_error>

namespace adfill {

std::optional<int> window_days_of(const std::optional<std::string>& text) {
  if (!text) return std::nullopt;
  int days = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), days);
  if (error != std::errc() || end != text->data() + text->size() || days < 1) return std::nullopt;
  return days;
}

DayRange changes_range(Instant now) {
  const Day today(static_cast<std::int32_t>(std::chrono::floor<std::chrono::days>(now).time_since_epoch().count()));
  return {today.plus(-days_of_changes), today.plus(1)};
}

}  // namespace adfill

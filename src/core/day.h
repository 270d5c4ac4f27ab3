// A calendar day of an ad account, and inclusive ranges of days. A day has no time and no zone: what day it is
// somewhere is core/time_zone.h's business. Proleptic Gregorian, years 1 to 9999.
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace adfill {

class Day {
 public:
  Day() = default;
  // `number` counts days since 1970-01-01, negative before.
  explicit constexpr Day(std::int32_t number) : number_(number) {}
  constexpr Day(int year, unsigned month, unsigned day_of_month)
      : number_(
            std::chrono::sys_days(std::chrono::year(year) / std::chrono::month(month) / std::chrono::day(day_of_month))
                .time_since_epoch()
                .count()) {}

  // Reads "YYYY-MM-DD" and nothing else; nullopt for any other text and for days that don't exist (2025-02-29).
  [[nodiscard]] static std::optional<Day> parse(std::string_view text);

  [[nodiscard]] constexpr std::int32_t number() const { return number_; }
  [[nodiscard]] constexpr Day plus(std::int32_t days) const { return Day(number_ + days); }
  // Same day of another month; the month's last day where it has none such (2024-03-31 minus 1 month: 2024-02-29).
  [[nodiscard]] Day plus_months(int months) const;
  [[nodiscard]] std::string to_string() const;

  friend constexpr auto operator<=>(const Day&, const Day&) = default;

 private:
  std::int32_t number_ = 0;
};

// Both ends belong to it. Requires: since <= until.
struct DayRange {
  Day since;
  Day until;

  [[nodiscard]] constexpr std::int32_t length() const { return until.number() - since.number() + 1; }
  [[nodiscard]] constexpr bool contains(Day day) const { return since <= day && day <= until; }
  friend constexpr bool operator==(const DayRange&, const DayRange&) = default;
};

}  // namespace adfill

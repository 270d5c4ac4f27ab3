// When a schedule falls due: a cron expression of five fields (minute, hour, day of month, month, day of week), and its
// next due time in an account's time zone.
//
// Each field takes *, numbers, ranges (1-5), steps (*/15, 10-40/10, 5/20: from 5 to the end) and lists of them. Months
// and days of the week have names (JAN, MON), Sunday is 0 and 7, L is the month's last day, 5L the last Friday, 2#1 the
// first Tuesday, ? the same as * in the two day fields. When both day fields are restricted, either of them is enough.
// @hourly, @daily,
// @weekly, @monthly and @yearly stand for what they say.
#pragma once

#include "core/day.h"
#include "core/instant.h"

#include <array>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace adfill {

// The fields as sets: bit n stands for the value n.
struct CronFields {
  std::uint64_t minutes = 0;
  std::uint64_t hours = 0;
  std::uint64_t days = 0;  // of the month
  std::uint64_t months = 0;
  std::uint64_t weekdays = 0;  // 0 is Sunday
  bool last_day = false;
  std::uint64_t last_weekdays = 0;              // the last one of that weekday in the month
  std::array<std::uint64_t, 7> nth_weekdays{};  // a weekday's first to fifth in the month
  bool days_restricted = false;                 // not every day of the month
  bool weekdays_restricted = false;             // not every day of the week
  friend bool operator==(const CronFields&, const CronFields&) = default;
};

class CronSchedule {
 public:
  // Or in words what is wrong and what is allowed. An expression that never falls due (31 February) is refused too.
  [[nodiscard]] static std::expected<CronSchedule, std::string> parse(std::string_view text);

  // The first due time after `instant`. A local time that a change of clocks skips is due at the change, once however
  // many of them were skipped; one that comes twice is due the first time only. Requires: is_time_zone(zone).
  [[nodiscard]] Instant next_after(Instant instant, std::string_view zone) const;
  // Whether it is due at some time of that calendar day.
  [[nodiscard]] bool matches(Day day) const;
  // The text it was read from, in single spaces and upper case.
  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] const CronFields& fields() const { return fields_; }

 private:
  CronSchedule(std::string text, const CronFields& fields) : text_(std::move(text)), fields_(fields) {}

  std::string text_;
  CronFields fields_;
};

}  // namespace adfill

#include "core/cron.h"

#include "core/cron_fields.h"
#include "core/must.h"

#include <date/tz.h>

#include <bit>
#include <utility>

namespace adfill {

namespace {

using LocalMinute = date::local_time<std::chrono::minutes>;

// A fifth Monday in February comes every 28 years, and where a leap day is left out (2100) after 40.
constexpr int days_to_search = 41 * 366;

constexpr std::pair<std::string_view, std::string_view> macros[] = {
    {"@HOURLY", "0 * * * *"},  {"@DAILY", "0 0 * * *"},  {"@MIDNIGHT", "0 0 * * *"}, {"@WEEKLY", "0 0 * * 0"},
    {"@MONTHLY", "0 0 1 * *"}, {"@YEARLY", "0 0 1 1 *"}, {"@ANNUALLY", "0 0 1 1 *"},
};

std::string tidied(std::string_view text) {
  std::string tidy;
  for (const char c : text) {
    const bool space = c == ' ' || c == '\t';
    if (space && (tidy.empty() || tidy.back() == ' ')) continue;
    tidy += space ? ' ' : static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  }
  if (!tidy.empty() && tidy.back() == ' ') tidy.pop_back();
  for (const auto& [macro, meaning] : macros) {
    if (tidy == macro) return std::string(meaning);
  }
  return tidy;
}

bool has(std::uint64_t values, unsigned value) {
  return (values >> value & 1) != 0;
}

// The first value of the set from `from` on.
std::optional<int> next_value(std::uint64_t values, int from) {
  if (from >= 64) return std::nullopt;
  const auto rest = values >> from << from;
  return rest == 0 ? std::nullopt : std::optional(std::countr_zero(rest));
}

// The first due minute of the day at or after `from` (of the day, 0 to 1439).
std::optional<int> next_minute_of_day(const CronFields& fields, int from) {
  for (auto hour = next_value(fields.hours, from / 60); hour; hour = next_value(fields.hours, *hour + 1)) {
    const auto minute = next_value(fields.minutes, *hour == from / 60 ? from % 60 : 0);
    if (minute) return *hour * 60 + *minute;
  }
  return std::nullopt;
}

std::optional<LocalMinute> next_local(const CronSchedule& schedule, LocalMinute from) {
  const auto start = std::chrono::floor<date::days>(from);
  int minute_of_day = static_cast<int>((from - start).count());
  for (int days = 0; days <= days_to_search; ++days, minute_of_day = 0) {
    const auto day = start + date::days(days);
    if (!schedule.matches(Day(static_cast<std::int32_t>(day.time_since_epoch().count())))) continue;
    const auto minute = next_minute_of_day(schedule.fields(), minute_of_day);
    if (minute) return day + std::chrono::minutes(*minute);
  }
  return std::nullopt;
}

// When a local time is due: at the change of clocks if that skips it, the first time if it comes twice.
Instant due_at(LocalMinute local, const date::time_zone& zone) {
  const auto info = zone.get_info(local);
  if (info.result == date::local_info::nonexistent) return Instant(info.first.end);
  return Instant(local.time_since_epoch() - info.first.offset);
}

}  // namespace

std::expected<CronSchedule, std::string> CronSchedule::parse(std::string_view text) {
  auto tidy = tidied(text);
  const auto fields = read_cron_fields(tidy);
  if (!fields) return std::unexpected(fields.error());
  CronSchedule schedule(std::move(tidy), *fields);
  if (!next_local(schedule, LocalMinute{})) return std::unexpected("there is no such day in any year");
  return schedule;
}

Instant CronSchedule::next_after(Instant instant, std::string_view zone_name) const {
  const auto& zone = *date::locate_zone(zone_name);
  auto local = std::chrono::floor<std::chrono::minutes>(zone.to_local(instant)) + std::chrono::minutes(1);
  while (true) {
    const auto next = next_local(*this, local);
    must(next.has_value(), "what was parsed falls due");
    const auto due = due_at(*next, zone);
    if (due > instant) return due;
    // The second pass of a repeated hour: its minutes were due in the first.
    local = *next + std::chrono::minutes(1);
  }
}

bool CronSchedule::matches(Day day) const {
  const std::chrono::sys_days date{std::chrono::days(day.number())};
  const std::chrono::year_month_day parts(date);
  const auto day_of_month = static_cast<unsigned>(parts.day());
  const auto weekday = std::chrono::weekday(date).c_encoding();
  if (!has(fields_.months, static_cast<unsigned>(parts.month()))) return false;
  const auto last = static_cast<unsigned>(
      std::chrono::year_month_day_last(parts.year(), std::chrono::month_day_last(parts.month())).day());
  const bool by_day = has(fields_.days, day_of_month) || (fields_.last_day && day_of_month == last);
  const bool by_weekday = has(fields_.weekdays, weekday) ||
                          (has(fields_.last_weekdays, weekday) && day_of_month + 7 > last) ||
                          has(fields_.nth_weekdays.at(weekday), (day_of_month + 6) / 7);
  if (fields_.days_restricted && fields_.weekdays_restricted) return by_day || by_weekday;
  return by_day && by_weekday;
}

}  // namespace adfill

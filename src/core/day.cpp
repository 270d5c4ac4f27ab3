#include "core/day.h"

namespace adfill {

namespace {

// The number that `text` is, all of it digits; nullopt for anything else. Not from_chars, which would take a sign.
std::optional<int> read_digits(std::string_view text) {
  int value = 0;
  for (const char digit : text) {
    if (digit < '0' || digit > '9') return std::nullopt;
    value = value * 10 + (digit - '0');
  }
  return value;
}

std::string padded(unsigned value, std::size_t width) {
  std::string digits = std::to_string(value);
  if (digits.size() < width) digits.insert(0, width - digits.size(), '0');
  return digits;
}

std::chrono::year_month_day calendar(Day day) {
  return std::chrono::year_month_day(std::chrono::sys_days(std::chrono::days(day.number())));
}

Day from_calendar(std::chrono::year_month_day date) {
  return Day(static_cast<std::int32_t>(std::chrono::sys_days(date).time_since_epoch().count()));
}

}  // namespace

std::optional<Day> Day::parse(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto year = read_digits(text.substr(0, 4));
  const auto month = read_digits(text.substr(5, 2));
  const auto day_of_month = read_digits(text.substr(8, 2));
  if (!year || !month || !day_of_month || *year == 0) return std::nullopt;
  const auto date = std::chrono::year(*year) / *month / *day_of_month;
  if (!date.ok()) return std::nullopt;
  return from_calendar(date);
}

Day Day::plus_months(int months) const {
  const auto date = calendar(*this);
  const auto month = std::chrono::year_month(date.year(), date.month()) + std::chrono::months(months);
  const std::chrono::year_month_day same_day = month / date.day();
  if (same_day.ok()) return from_calendar(same_day);
  return from_calendar(month / std::chrono::last);
}

std::string Day::to_string() const {
  const auto date = calendar(*this);
  return padded(static_cast<unsigned>(static_cast<int>(date.year())), 4) + '-' +
         padded(static_cast<unsigned>(date.month()), 2) + '-' + padded(static_cast<unsigned>(date.day()), 2);
}

}  // namespace adfill

#include "core/instant.h"

#include "core/day.h"

#include <cmath>

namespace adfill {

namespace {

// Takes exactly two digits off the front of `text`; nullopt when they are not there or exceed `most`.
std::optional<int> take_two_digits(std::string_view& text, int most) {
  if (text.size() < 2) return std::nullopt;
  const int tens = text[0] - '0';
  const int ones = text[1] - '0';
  if (tens < 0 || tens > 9 || ones < 0 || ones > 9) return std::nullopt;
  const int value = tens * 10 + ones;
  if (value > most) return std::nullopt;
  text.remove_prefix(2);
  return value;
}

bool take(std::string_view& text, char expected) {
  if (text.empty() || text.front() != expected) return false;
  text.remove_prefix(1);
  return true;
}

// hh:mm:ss. Second 60 is a leap second and becomes the next minute's first, as POSIX time has no place for it.
std::optional<Duration> take_time_of_day(std::string_view& text) {
  const auto hour = take_two_digits(text, 23);
  if (!hour || !take(text, ':')) return std::nullopt;
  const auto minute = take_two_digits(text, 59);
  if (!minute || !take(text, ':')) return std::nullopt;
  const auto second = take_two_digits(text, 60);
  if (!second) return std::nullopt;
  return std::chrono::hours(*hour) + std::chrono::minutes(*minute) + std::chrono::seconds(*second);
}

// A fraction of a second, if there is one; digits past the microsecond are cut off.
std::optional<Duration> take_fraction(std::string_view& text) {
  if (!take(text, '.')) return Duration(0);
  std::int64_t micros = 0;
  std::int64_t unit = 100'000;
  std::size_t digits = 0;
  for (; digits < text.size() && text[digits] >= '0' && text[digits] <= '9'; ++digits) {
    micros += unit * (text[digits] - '0');
    unit /= 10;
  }
  if (digits == 0) return std::nullopt;
  text.remove_prefix(digits);
  return Duration(micros);
}

// "Z", "+05:30" or "-08:00": how far local time is ahead of UTC.
std::optional<Duration> take_offset(std::string_view& text) {
  if (take(text, 'Z') || take(text, 'z')) return Duration(0);
  const bool behind = !text.empty() && text.front() == '-';
  if (!behind && (text.empty() || text.front() != '+')) return std::nullopt;
  text.remove_prefix(1);
  const auto hours = take_two_digits(text, 23);
  if (!hours || !take(text, ':')) return std::nullopt;
  const auto minutes = take_two_digits(text, 59);
  if (!minutes) return std::nullopt;
  const Duration offset = std::chrono::hours(*hours) + std::chrono::minutes(*minutes);
  return behind ? -offset : offset;
}

void append_padded(std::string& text, std::int64_t value, std::size_t width) {
  const std::string digits = std::to_string(value);
  if (digits.size() < width) text.append(width - digits.size(), '0');
  text += digits;
}

}  // namespace

Duration from_seconds(double seconds) {
  return Duration(std::llround(seconds * 1e6));
}

std::string to_rfc3339(Instant instant) {
  const auto midnight = std::chrono::floor<std::chrono::days>(instant);
  const std::chrono::hh_mm_ss time(std::chrono::floor<std::chrono::milliseconds>(instant - midnight));
  std::string text = Day(static_cast<std::int32_t>(midnight.time_since_epoch().count())).to_string();
  text += 'T';
  append_padded(text, time.hours().count(), 2);
  text += ':';
  append_padded(text, time.minutes().count(), 2);
  text += ':';
  append_padded(text, time.seconds().count(), 2);
  text += '.';
  append_padded(text, time.subseconds().count(), 3);
  text += 'Z';
  return text;
}

std::optional<Instant> parse_rfc3339(std::string_view text) {
  const auto day = Day::parse(text.substr(0, 10));
  if (!day) return std::nullopt;
  text.remove_prefix(10);
  if (!take(text, 'T') && !take(text, 't')) return std::nullopt;
  const auto time_of_day = take_time_of_day(text);
  if (!time_of_day) return std::nullopt;
  const auto fraction = take_fraction(text);
  if (!fraction) return std::nullopt;
  const auto offset = take_offset(text);
  if (!offset || !text.empty()) return std::nullopt;
  return Instant(std::chrono::days(day->number())) + *time_of_day + *fraction - *offset;
}

}  // namespace adfill
